import type { LeaseToken } from "../nouns/due-work.ts";
import type { Operation } from "../nouns/operation.ts";
import { present } from "../present.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { LeaseLost } from "../work/turn.ts";
import type { Keeper } from "./run-steps.ts";

// Cards are edited for progress every ten seconds at most (cards.md).
const progressEveryMs = 10_000;
const firstProgressMs = 3_000;

/** Writes down what the run of a claimed operation tells, as long as the lease is its own. */
export function keeperOf(
  { id }: Operation,
  lease: LeaseToken,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
): Keeper {
  const check = (kept: boolean): void => {
    if (!kept) throw new LeaseLost();
  };
  let told: string | undefined;
  // The first words of a run are soon out of date: those of three seconds later say more.
  let touchedAt = clock.now() - progressEveryMs + firstProgressMs;
  return {
    writeJournal: async (journal) => check(await store.writeJournal(id, lease, journal)),
    noteDigestBefore: async (digest) => check(await store.noteDigestBefore(id, lease, digest)),
    progress: async (words, link) => {
      if (words === told) return;
      told = words;
      touchedAt = Math.max(clock.now(), touchedAt + progressEveryMs);
      const progress = { words, touchAt: touchedAt, ...present({ link }) };
      check(await store.noteProgress(id, lease, progress));
    },
    isStopWanted: async () => {
      const { isOwn, isStopWanted } = await store.readStop(id, lease);
      check(isOwn);
      return isStopWanted;
    },
  };
}
