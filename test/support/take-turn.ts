import type { ClaimedWork, WorkKind, WorkStore } from "../../src/nouns/due-work.ts";
import type { DueWork } from "../../src/work/kind-of-work.ts";
import { LeaseLost } from "../../src/work/turn.ts";

/** One turn of a claimed item as the runner takes it, without its clock: what fails is put off, or ended for good. */
export async function takeTurn<K extends WorkKind>(
  work: DueWork<K>,
  claimed: ClaimedWork<K>,
  store?: Pick<WorkStore, "putOff">,
): Promise<void> {
  const { lease, attempts, item } = claimed;
  const { signal } = new AbortController();
  const turn = { lease, attempts, signal, pause: () => new Promise<void>(() => {}) };
  try {
    await work.run(item, turn);
  } catch (error) {
    if (error instanceof LeaseLost) return;
    if (work.isForGood(error, attempts + 1, item)) await work.end(item, error, turn);
    else await store?.putOff(work.kind, claimed, { afterMs: 1_000, error: String(error) });
  }
}

/** An item as a claim gives it. */
export function claimedAs<K extends WorkKind>(
  item: ClaimedWork<K>["item"],
  more: Partial<ClaimedWork<K>> = {},
): ClaimedWork<K> {
  return { key: "key", lane: "lane", item, lease: "l", attempts: 0, claims: 1, version: 1, ...more };
}
