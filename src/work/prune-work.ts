import type { Clock } from "./clock.ts";
import type { DueWork } from "./kind-of-work.ts";

const dayMs = 24 * 60 * 60_000;
// As long as a card can have buttons (30 days), and as much again to answer questions about it.
const keepMs = 60 * dayMs;
// A slice is short, so that nothing waits behind it.
const rowsPerStep = 500;
const betweenSlicesMs = 1_000;
const idleMs = 60 * 60_000;

/** Removes, in small slices, what retention no longer asks for. */
export function pruneWork(deps: {
  readonly store: { prune(before: number, limit: number): Promise<number> };
  readonly clock: Clock;
}): DueWork<"prune"> {
  return {
    ...housekeeping,
    kind: "prune",
    list: async () => [{ key: "store", lane: "store" }],
    run: async () => {
      const removed = await deps.store.prune(deps.clock.now() - keepMs, rowsPerStep);
      return { kind: "again", afterMs: removed >= rowsPerStep ? betweenSlicesMs : idleMs };
    },
    end: async () => ({ kind: "again", afterMs: idleMs }),
  };
}

/** What all work on the store itself has in common: one at a time, in one process, and never given up. */
export const housekeeping = {
  serves: () => ({ by: "everything" }),
  perLane: 1,
  atOnce: 1,
  leaseMs: 60_000,
  deadlineMs: 45_000,
  longestPauseMs: dayMs,
  retry: () => ({ firstMs: 1_000, longestMs: idleMs }),
  isForGood: () => false,
} as const satisfies Partial<DueWork<"prune" | "audit">>;
