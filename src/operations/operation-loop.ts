import { describeError } from "../errors.ts";
import type { Loop } from "../work/loop.ts";
import { createLoop } from "../work/loop.ts";
import { operationLeaseMs } from "./keep-lease.ts";
import { type OperateDeps, operate } from "./operate.ts";
import { expiredResult } from "./operation-result.ts";

// Operations on different placements that run at the same time. Most of their time they wait for the other side; each
// costs a poll every few seconds and a renewed lease every ten.
const mostAtOnce = 64;
// A system that hangs holds up its own target, and nobody else.
const mostOnOneTarget = 16;
// Approvals that run out are ended so many at a time.
const mostExpired = 20;
const idleMs = 30_000;
// On SIGTERM a running operation may finish its step for so long; then it is left to the next start.
const finishStepMs = 5_000;

/** Takes up operations, those of different placements side by side. */
export function createOperationLoop(deps: OperateDeps): Loop {
  const running = new Map<Promise<void>, string | undefined>();
  const cutOff = new AbortController();

  const loop = createLoop({
    name: "operate",
    clock: deps.clock,
    log: deps.log,
    step: async () => {
      await endExpired(deps);
      if (running.size >= mostAtOnce) return idleMs;
      const claimed = await deps.store.claimOperation(
        deps.clock.now(),
        operationLeaseMs,
        busyTargets([...running.values()]),
      );
      if (claimed === undefined) return await pauseMs(deps);
      const run = operate(deps, claimed, cutOff.signal)
        .catch((error: unknown) => {
          // The store failed: the lease runs out and the operation is taken up again.
          deps.log.error(
            { step: "operate", operationId: claimed.operation.id, error: describeError(error) },
            "an operation's result could not be written",
          );
        })
        .finally(() => {
          running.delete(run);
          loop.wake();
        });
      running.set(run, claimed.operation.target);
      return 0;
    },
  });

  return {
    ...loop,
    stop: async () => {
      await loop.stop();
      const finished = new AbortController();
      const limit = deps.clock.sleep(finishStepMs, finished.signal).then(() => cutOff.abort());
      await Promise.all(running.keys());
      finished.abort();
      await limit;
    },
  };
}

/** Targets that have as many operations running as one may have. */
function busyTargets(running: readonly (string | undefined)[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const target of running) if (target !== undefined) counts.set(target, (counts.get(target) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= mostOnOneTarget).map(([target]) => target);
}

async function endExpired({ store, clock, config, newId }: OperateDeps): Promise<void> {
  const now = clock.now();
  await store.expireOperations(now, mostExpired, (operation, roots) =>
    expiredResult(operation, roots, { config: config(), newId, now }),
  );
}

async function pauseMs(deps: OperateDeps): Promise<number> {
  const next = await deps.store.nextOperationDueAt();
  // An operation that is due but not to be had waits for another on its placement, whose end wakes this loop.
  return next === undefined ? idleMs : Math.min(idleMs, Math.max(next - deps.clock.now(), 1_000));
}
