import { type SqlBool, sql } from "kysely";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** Suggestions and locks that have run out are kept so long, to answer for them. */
const keepRunOutMs = 30 * 24 * 60 * 60_000;

type HousekeepingVerbs = Pick<Store, "prune" | "checkWritable">;

/** The verbs that keep the store small and tell whether it works. */
export function createHousekeepingVerbs(engine: Engine): HousekeepingVerbs {
  return {
    prune: (before, limit) =>
      engine.transaction((tx) => prune(tx, before, engine.now() - keepRunOutMs, limit)),
    checkWritable: async () => {
      engine.checkFile?.();
      const at = engine.now();
      await engine.query((db) =>
        db
          .insertInto("write_checks")
          .values({ id: 1, at })
          .onConflict((conflict) => conflict.column("id").doUpdateSet({ at }))
          .execute(),
      );
    },
  };
}

async function prune(tx: Queries, before: number, runOutBefore: number, limit: number): Promise<number> {
  let removed = 0;
  for (const remove of [pruneEvents, pruneRequests, pruneButtons, pruneHappenings]) {
    if (removed < limit) removed += await remove(tx, before, limit - removed);
  }
  for (const remove of [pruneSuggestions, pruneLocks]) {
    if (removed < limit) removed += await remove(tx, runOutBefore, limit - removed);
  }
  return removed;
}

/** Registry by registry along the key, for time stands behind the registry in it. */
async function pruneEvents(tx: Queries, before: number, limit: number): Promise<number> {
  let registry = "";
  let removed = 0;
  while (removed < limit) {
    const next = await tx
      .selectFrom("registry_events")
      .select("registry")
      .where("registry", ">", registry)
      .orderBy("registry")
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) break;
    registry = next.registry;
    const { numAffectedRows } = await sql`
      delete from registry_events where (registry, occurred_at, id, way, region) in (
        select registry, occurred_at, id, way, region from registry_events
        where registry = ${registry} and occurred_at < ${before} and folded <> 0
        order by occurred_at limit ${limit - removed})`.execute(tx);
    removed += Number(numAffectedRows ?? 0n);
  }
  return removed;
}

async function pruneRequests(tx: Queries, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("requests")
    .where("id", "in", (eb) =>
      eb
        .selectFrom("requests")
        .select("id")
        .where("at", "<", before)
        .where(sql<SqlBool>`verdict is not null`)
        .orderBy("at")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function pruneButtons(tx: Queries, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("buttons")
    .where("reference", "in", (eb) =>
      eb
        .selectFrom("buttons")
        .select("reference")
        .where("saved_at", "<", before)
        .orderBy("saved_at")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function pruneHappenings(tx: Queries, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("happenings")
    .where("number", "in", (eb) =>
      eb.selectFrom("happenings").select("number").where("at", "<", before).orderBy("at").limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function pruneSuggestions(tx: Queries, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("suggestions")
    .where("id", "in", (eb) =>
      eb
        .selectFrom("suggestions")
        .select("id")
        .where("expires_at", "<", before)
        .orderBy("expires_at")
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function pruneLocks(tx: Queries, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom("locks")
    .where("key", "in", (eb) =>
      eb.selectFrom("locks").select("key").where("until", "<", before).orderBy("key").limit(limit),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
