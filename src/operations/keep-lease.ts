import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ClaimedOperation, Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import type { Keeper } from "./run-steps.ts";
import { LeaseLost } from "./target-port.ts";

/** How long an operation is somebody's before another may take it up; renewed while it runs. */
export const operationLeaseMs = 60_000;
const renewEveryMs = 10_000;
// A lease that could not be renewed for so long is given up before it ends: a call that is under way may take 30 s more.
const giveUpAfterMs = operationLeaseMs - 30_000;
// Cards are edited for progress every ten seconds at most (cards.md).
const progressEveryMs = 10_000;
const firstProgressMs = 3_000;

/** What keeps an operation ours while it runs. */
export interface HeldLease {
  readonly keeper: Keeper;
  /** Aborted with LeaseLost when somebody else has it. */
  readonly signal: AbortSignal;
  /** Stops renewing it; resolves when that is over. */
  letGo(): Promise<void>;
}

/** Holds the lease of a claimed operation and writes down what its run tells; a lost lease stops the run. */
export function keepLease(
  { operation, lease }: ClaimedOperation,
  deps: { readonly store: Store; readonly clock: Clock; readonly log: Log },
): HeldLease {
  const { store, clock, log } = deps;
  const { id } = operation;
  const lost = new AbortController();
  const ended = new AbortController();

  const check = (kept: boolean): void => {
    if (kept) return;
    lost.abort(new LeaseLost());
    throw new LeaseLost();
  };

  const renewing = (async () => {
    let renewedAt = clock.now();
    while (!ended.signal.aborted && !lost.signal.aborted) {
      await clock.sleep(renewEveryMs, ended.signal);
      if (ended.signal.aborted) return;
      try {
        if ((await store.renewOperation(id, lease, operationLeaseMs)) === "lost") lost.abort(new LeaseLost());
        renewedAt = clock.now();
      } catch (error) {
        log.warn(
          { operationId: id, error: describeError(error) },
          "an operation's lease could not be renewed",
        );
        if (clock.now() - renewedAt >= giveUpAfterMs) lost.abort(new LeaseLost());
      }
    }
  })();

  let told: string | undefined;
  // The first words of a run are soon out of date: those of three seconds later say more.
  let touchedAt = clock.now() - progressEveryMs + firstProgressMs;
  return {
    signal: lost.signal,
    keeper: {
      writeJournal: async (journal) => check(await store.writeJournal(id, lease, journal)),
      noteDigestBefore: async (digest) => check(await store.noteDigestBefore(id, lease, digest)),
      progress: async (words, link) => {
        if (words === told) return;
        told = words;
        touchedAt = Math.max(clock.now(), touchedAt + progressEveryMs);
        const progress = { words, touchAt: touchedAt, ...(link === undefined ? {} : { link }) };
        check(await store.noteProgress(id, lease, progress));
      },
      isStopWanted: async () => {
        const renewed = await store.renewOperation(id, lease, operationLeaseMs);
        check(renewed !== "lost");
        return renewed === "cancelling";
      },
    },
    letGo: async () => {
      ended.abort();
      await renewing;
    },
  };
}
