import { cardOf, type Operation } from "../nouns/operation.ts";
import type { DueWork } from "../work/kind-of-work.ts";
import type { OperateDeps } from "./operate-work.ts";
import { expiredResult } from "./operation-result.ts";
import { readCard } from "./who-hears.ts";

const dayMs = 24 * 60 * 60_000;
const atOnce = 4;
const leaseMs = 60_000;
const deadlineMs = 20_000;
const retry = { firstMs: 1_000, longestMs: 60_000 };

/** Ends operations whose approval was not given in time. A vote that comes meanwhile counts. */
export function expireWork(deps: Omit<OperateDeps, "stepsOf">): DueWork<"expire"> {
  const { store, clock, config, newId } = deps;
  const end = async (operation: Operation, lease: string) => {
    const card = await readCard(store, cardOf(operation));
    const context = { config: config(), newId, now: clock.now(), card };
    await store.finishOperation(operation.id, lease, expiredResult(operation, context));
    return { kind: "written" } as const;
  };
  return {
    kind: "expire",
    // An order is never parked: whoever has it ends it.
    serves: () => ({ by: "everything" }),
    perLane: 1,
    atOnce,
    leaseMs,
    deadlineMs,
    // No approval is waited for longer (config/schema/schema-target-base.ts).
    longestPauseMs: 31 * dayMs,
    retry: () => retry,
    isForGood: () => false,
    run: (operation, { lease }) => end(operation, lease),
    end: (operation, _why, { lease }) => end(operation, lease),
  };
}
