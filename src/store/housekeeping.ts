import { type RawBuilder, sql } from "kysely";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";
import type { Schema } from "./tables/table-types.ts";

/** Suggestions and locks that have run out are kept so long, to answer for them. */
const keepRunOutMs = 30 * 24 * 60 * 60_000;

/** The verbs that keep the store small and tell whether it works. */
export function createHousekeepingVerbs(engine: Engine) {
  return {
    prune: (before, limit) =>
      engine.transaction((tx) => prune(tx, before, engine.now() - keepRunOutMs, limit)),
    checkWritable: async () => {
      engine.checkFile?.();
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
  readonly key: string;
  readonly at: string;
  readonly only?: RawBuilder<unknown>;
  /** What an index leads along; by default `at`. */
  readonly order?: string;
}

const aged: readonly Dated[] = [
  { table: "requests", key: "id", at: "at", only: sql`verdict is not null` },
  { table: "buttons", key: "reference", at: "saved_at" },
  { table: "happenings", key: "number", at: "at" },
];
const runOut: readonly Dated[] = [
  { table: "suggestions", key: "id", at: "expires_at" },
  { table: "locks", key: "key", at: "until", order: "key" },
];

async function prune(tx: Queries, before: number, runOutBefore: number, limit: number): Promise<number> {
  let removed = await pruneEvents(tx, before, limit);
  for (const rows of aged) removed += await pruneRows(tx, rows, before, limit - removed);
  for (const rows of runOut) removed += await pruneRows(tx, rows, runOutBefore, limit - removed);
  return removed;
}

async function pruneRows(tx: Queries, rows: Dated, before: number, limit: number): Promise<number> {
  const [table, key, at] = [sql.table(rows.table), sql.ref(rows.key), sql.ref(rows.at)];
  const { numAffectedRows } = await sql`delete from ${table} where ${key} in (
    select ${key} from ${table} where ${at} < ${before} and ${rows.only ?? sql`true`}
    order by ${sql.ref(rows.order ?? rows.at)} limit ${limit})`.execute(tx);
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
