import { subjectOf } from "../nouns/artifact.ts";
import { currentOf } from "../nouns/placement.ts";
import type { StandingKind, Standings } from "../nouns/request.ts";
import type { Consequence, ShownOn } from "../nouns/verdict.ts";
import { documentsOf, saveDocument } from "./documents.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { selectPlacements } from "./placements.ts";
import type { Store } from "./store.ts";

/** Locking everything brings the cards of what runs up to date; further ones say it when they are next edited. */
const maxCards = 100;

/** The verbs that read what stands: locks and suggestions. */
export function createStandingVerbs(engine: Engine) {
  return {
    listStanding: (kind) => engine.query((db) => selectStanding(db, kind)),
    findStanding: async (kind, key) => (await engine.query((db) => selectStanding(db, kind, [key])))[0],
  } satisfies Partial<Store>;
}

/** The lock under which orders about a kind are decided: two people who lock at once find each other's. */
export function standingLock(kind: StandingKind): string {
  return `standing ${kind}`;
}

/** What stands of a kind under these keys, or all of it, with what has run out; by key. */
export async function selectStanding<K extends StandingKind>(
  db: Queries,
  kind: K,
  keys?: readonly string[],
): Promise<readonly Standings[K][]> {
  let query = db.selectFrom("standings").select("facts").where("kind", "=", kind);
  if (keys !== undefined) query = query.where("key", "in", keys);
  return documentsOf<Standings[K]>(await query.orderBy("key").execute());
}

/** Sets something, over what stands there, or takes it off; gives the subjects whose cards show it. */
export async function writeStanding(
  tx: Queries,
  change: Extract<Consequence, { kind: "set" | "lift" }>,
): Promise<readonly string[]> {
  if (change.kind === "set") {
    const { kind, key, until = null, facts } = change.standing;
    await saveDocument(tx, "standings", { kind, key }, facts, { until });
  } else {
    const { of: kind, key } = change;
    await tx
      .deleteFrom("standings")
      .where((eb) => eb.and({ kind, key }))
      .execute();
  }
  return change.shownOn === undefined ? [] : await subjectsOn(tx, change.shownOn);
}

async function subjectsOn(tx: Queries, shownOn: ShownOn): Promise<readonly string[]> {
  if (shownOn.kind === "subject") return [shownOn.subject];
  const wanted = shownOn.kind === "target" ? { target: shownOn.target } : {};
  const placements = await selectPlacements(tx, wanted, maxCards);
  return placements.flatMap((placement) => {
    const current = currentOf(placement);
    return current === undefined ? [] : [subjectOf({ ...placement, digest: current.digest })];
  });
}
