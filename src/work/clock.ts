import { setTimeout as after } from "node:timers/promises";

/** Time as everything outside `cards/` and `policy/` sees it; tests pass one that they move by hand. */
export interface Clock {
  /** Ms since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

// setTimeout takes no more than 2^31 - 1 ms and fires at once above that.
const longestTimeoutMs = 2_147_483_647;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    // Aborted, it ends by rejecting.
    await after(Math.min(Math.max(ms, 0), longestTimeoutMs), undefined, { signal }).catch(() => undefined);
  },
};
