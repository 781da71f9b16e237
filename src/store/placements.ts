import { subjectOf } from "../nouns/artifact.ts";
import {
  currentOf,
  type Placement,
  type PlacementChange,
  type PlacementKey,
  placementKey,
} from "../nouns/placement.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";
import type { Schema } from "./tables/table-types.ts";
import { touchCards } from "./touch-cards.ts";

/** A roll back goes one back; cards and `why` show a few. */
const maxHistory = 100;

/** The verbs of what runs where. */
export function createPlacementVerbs(engine: Engine) {
  return {
    findPlacement: (key) => engine.query((db) => selectPlacement(db, key)),
    placementsOf: (registry, repository) =>
      engine.query((db) => selectPlacementsOf(db, { registry, repository })),
    listPlacements: (limit, target) => engine.query((db) => selectPlacements(db, limit, target)),
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

async function selectPlacement(
  db: Queries,
  { registry, repository, target }: PlacementKey,
): Promise<Placement | undefined> {
  const row = await db
    .selectFrom("placements")
    .selectAll()
    .where((eb) => eb.and({ registry, repository, target }))
    .executeTakeFirst();
  return row === undefined ? undefined : placementOf(row);
}

/** Placements of one target or of all, by target, registry and repository. */
export async function selectPlacements(
  db: Queries,
  limit: number,
  target: string | undefined,
): Promise<readonly Placement[]> {
  let query = db.selectFrom("placements").selectAll();
  if (target !== undefined) query = query.where("target", "=", target);
  const rows = await query.orderBy("target").orderBy("registry").orderBy("repository").limit(limit).execute();
  return rows.map(placementOf);
}

/** All placements of a repository, by target. */
export async function selectPlacementsOf(
  db: Queries,
  { registry, repository }: Pick<PlacementKey, "registry" | "repository">,
): Promise<readonly Placement[]> {
  const rows = await db
    .selectFrom("placements")
    .selectAll()
    .where((eb) => eb.and({ registry, repository }))
    .orderBy("target")
    .execute();
  return rows.map(placementOf);
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
  const before = await selectPlacement(tx, key);
  const history = inserted(before?.history ?? [], change);
  if (history === undefined) return [];
  const { registry, repository, target } = key;
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
