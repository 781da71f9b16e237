import { subjectOf } from "../nouns/artifact.ts";
import { type Lock, type LockScope, lockKey } from "../nouns/lock.ts";
import { currentOf } from "../nouns/placement.ts";
import { documentsOf, saveDocument } from "./documents.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { selectPlacements } from "./placements.ts";
import type { Store } from "./store.ts";

/** Locking everything brings the cards of what runs up to date; further ones say it when they are next edited. */
const maxCards = 100;

/** The lock under which locks are decided: two people who lock at once find each other's. */
export const locksLock = "locks";

/** The verb that lists locks. */
export function createLockVerbs(engine: Engine) {
  return { listLocks: () => engine.query((db) => selectLocks(db)) } satisfies Partial<Store>;
}

/** Locks with these keys, or all, those that have run out included; by key. */
export async function selectLocks(db: Queries, keys?: readonly string[]): Promise<readonly Lock[]> {
  let query = db.selectFrom("locks").select("facts");
  if (keys !== undefined) query = query.where("key", "in", keys);
  return documentsOf<Lock>(await query.orderBy("key").execute());
}

/** Puts a lock on its scope, over the one that is there; gives the subjects whose cards show it. */
export async function writeLock(tx: Queries, lock: Lock): Promise<readonly string[]> {
  await saveDocument(tx, "locks", { key: lockKey(lock.scope) }, lock, { until: lock.until ?? null });
  return await cardsUnder(tx, lock.scope);
}

/** Takes the lock of a scope off; gives the subjects whose cards showed it. */
export async function removeLock(tx: Queries, scope: LockScope): Promise<readonly string[]> {
  await tx.deleteFrom("locks").where("key", "=", lockKey(scope)).execute();
  return await cardsUnder(tx, scope);
}

async function cardsUnder(tx: Queries, scope: LockScope): Promise<readonly string[]> {
  const target = scope.kind === "target" ? scope.target : undefined;
  const placements = await selectPlacements(tx, maxCards, target);
  return placements.flatMap((placement) => {
    const current = currentOf(placement);
    return current === undefined ? [] : [subjectOf({ ...placement, digest: current.digest })];
  });
}
