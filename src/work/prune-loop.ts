import type { Log } from "../log.ts";
import type { Clock } from "./clock.ts";
import { createLoop, type Loop } from "./loop.ts";

const dayMs = 24 * 60 * 60_000;
// As long as a card can have buttons (30 days), and as much again to answer questions about it.
const keepMs = 60 * dayMs;
// A slice is short, so that nothing waits behind it.
const rowsPerStep = 500;
const idleMs = 60 * 60_000;

/** Removes, in small slices, what retention no longer asks for. */
export function createPruneLoop(deps: {
  readonly store: { prune(before: number, limit: number): Promise<number> };
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  return createLoop({
    name: "prune",
    clock: deps.clock,
    log: deps.log,
    step: async () => {
      const removed = await deps.store.prune(deps.clock.now() - keepMs, rowsPerStep);
      return removed >= rowsPerStep ? 1_000 : idleMs;
    },
  });
}
