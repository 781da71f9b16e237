import { type RawBuilder, sql } from "kysely";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";
import type { Schema } from "./tables/table-types.ts";

/** What stood and has run out is kept so long, to answer for them. */
const keepRunOutMs = 30 * 24 * 60 * 60_000;

/** The verbs that keep the store small and tell whether it works. */
export function createHousekeepingVerbs(engine: Engine) {
  return {
    prune: (before, limit) =>
      engine.transaction((tx) => prune(tx, before, engine.now() - keepRunOutMs, limit)),
    checkWritable: async () => {
      await engine.query((db) =>
        sql`insert into write_checks (id, at) values (1, ${engine.now()})
          on conflict (id) do update set at = excluded.at`.execute(db),
      );
    },
  } satisfies Partial<Store>;
}

/** Rows of a table that go by a time of theirs. */
interface Dated {
  readonly table: keyof Schema;
  readonly key: readonly string[];
  readonly at: string;
  readonly only?: RawBuilder<unknown>;
}

const aged: readonly Dated[] = [
  { table: "requests", key: ["id"], at: "at", only: sql`verdict is not null` },
  { table: "heard_messages", key: ["id"], at: "at" },
  { table: "buttons", key: ["reference"], at: "saved_at" },
  { table: "happenings", key: ["number"], at: "at" },
];
const runOut: Dated = { table: "standings", key: ["kind", "key"], at: "until" };

async function prune(tx: Queries, before: number, runOutBefore: number, limit: number): Promise<number> {
  let removed = await pruneEvents(tx, before, limit);
  for (const rows of aged) removed += await pruneRows(tx, rows, before, limit - removed);
  removed += await pruneUnasked(tx, before, limit - removed);
  return removed + (await pruneRows(tx, runOut, runOutBefore, limit - removed));
}

/** What was to be asked of a registry that nobody could read since: its card is frozen long ago. */
async function pruneUnasked(tx: Queries, before: number, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from due_work where kind = 'verify' and key in (
    select key from due_work where kind = 'verify' and due_at < ${before} limit ${limit})`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

async function pruneRows(tx: Queries, rows: Dated, before: number, limit: number): Promise<number> {
  const [table, key, at] = [sql.table(rows.table), sql.join(rows.key.map(sql.ref)), sql.ref(rows.at)];
  const { numAffectedRows } = await sql`delete from ${table} where (${key}) in (
    select ${key} from ${table} where ${at} < ${before} and ${rows.only ?? sql`true`}
    order by ${at} limit ${limit})`.execute(tx);
  return Number(numAffectedRows ?? 0n);
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
