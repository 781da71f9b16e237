import { subjectOf } from "../nouns/artifact.ts";
import {
  currentOf,
  type Placement,
  type PlacementChange,
  type PlacementKey,
  placementKey,
} from "../nouns/placement.ts";
import { present } from "../present.ts";
import { touchCards } from "./cards.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";
import type { Schema } from "./tables/table-types.ts";

/** A roll back goes one back; cards and `why` show a few. */
const maxHistory = 100;

/** The verbs of what runs where. */
export function createPlacementVerbs(engine: Engine) {
  return {
    findPlacement: async ({ target, registry, repository }) =>
      (await engine.query((db) => selectPlacements(db, { target, registry, repository })))[0],
    placementsOf: (registry, repository) =>
      engine.query((db) => selectPlacements(db, { registry, repository })),
    listPlacements: (limit, target) => engine.query((db) => selectPlacements(db, present({ target }), limit)),
    recordPlacement: async (key, change) => {
      await engine.transaction(async (tx) => {
        await touchCards(engine, tx, await changePlacement(engine, tx, key, change), engine.now());
      });
    },
  } satisfies Partial<Store>;
}

/** The lock under which a placement is read and written and its operations are decided. */
export function placementLock(key: string): string {
  return `placement:${key}`;
}

/** Placements that fit, by target, registry and repository. */
export async function selectPlacements(
  db: Queries,
  wanted: Partial<PlacementKey>,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<readonly Placement[]> {
  const fitting = db
    .selectFrom("placements")
    .selectAll()
    .where((eb) => eb.and(wanted));
  const ordered = fitting.orderBy("target").orderBy("registry").orderBy("repository");
  return (await ordered.limit(limit).execute()).map(placementOf);
}

/**
 * Notes what a placement runs, in the order of time, and gives the subjects of the digest that came and of the one that
 * went, whose cards show it. A digest that it runs already changes nothing, unless it has become unhealthy or well.
 */
export async function changePlacement(
  engine: Engine,
  tx: Queries,
  key: PlacementKey,
  change: PlacementChange,
): Promise<readonly string[]> {
  await engine.lock(tx, [placementLock(placementKey(key))]);
  const { registry, repository, target } = key;
  const [before] = await selectPlacements(tx, { registry, repository, target });
  const history = inserted(before?.history ?? [], change);
  if (history === undefined) return [];
  const text = JSON.stringify(history.slice(-maxHistory));
  await tx
    .insertInto("placements")
    .values({ registry, repository, target, history: text })
    .onConflict((row) => row.columns(["registry", "repository", "target"]).doUpdateSet({ history: text }))
    .execute();
  const digests = [currentOf(before)?.digest ?? change.digest, change.digest];
  return digests.map((digest) => subjectOf({ registry, repository, digest }));
}

/** The history with the change at its place in time; undefined if that is known already. */
function inserted(
  history: readonly PlacementChange[],
  change: PlacementChange,
): readonly PlacementChange[] | undefined {
  let at = history.length;
  // An observation that arrives late (a delayed event) must not pass for what runs now.
  while (at > 0 && (history[at - 1]?.at ?? 0) > change.at) at -= 1;
  const last = history[at - 1];
  if (last?.digest !== change.digest) return [...history.slice(0, at), change, ...history.slice(at)];
  // Our own operation was seen in the registry before it was written down: it is the operation's doing all the same.
  if (last.how === "observed" && change.how !== "observed")
    return [...history.slice(0, at - 1), change, ...history.slice(at)];
  if (last.unhealthy === undefined && change.unhealthy === true)
    return [...history.slice(0, at - 1), { ...last, unhealthy: true }, ...history.slice(at)];
  // Deployed again and well now: its time there begins anew.
  if (last.unhealthy === true && change.unhealthy === undefined && change.how !== "observed")
    return [...history.slice(0, at), change, ...history.slice(at)];
  return undefined;
}

function placementOf({ history, ...key }: Schema["placements"]): Placement {
  return { ...key, history: JSON.parse(history) as PlacementChange[] };
}
