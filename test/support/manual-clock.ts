import type { Clock } from "../../src/work/clock.ts";

/** A clock that runs like the machine's and can be moved on. */
export interface ManualClock extends Clock {
  /** Moves it on by `ms`: whoever sleeps until then, or until before, wakes. */
  advance(ms: number): void;
}

/** Starts at the machine's time, so that what others have signed or stamped is not from the future. */
export function createManualClock(): ManualClock {
  let ahead = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  const now = (): number => Date.now() + ahead;
  return {
    now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", wake);
          sleepers.delete(sleeper);
          resolve();
        };
        const sleeper = { until: now() + ms, wake };
        const timer = setTimeout(wake, Math.max(ms, 0));
        sleepers.add(sleeper);
        signal.addEventListener("abort", wake, { once: true });
      }),
    advance: (ms) => {
      ahead += ms;
      for (const sleeper of [...sleepers]) if (sleeper.until <= now()) sleeper.wake();
    },
  };
}
