import type pg from "pg";
import type { RecordedAs } from "../store.ts";
import { eventColumns, type RecordRow, requestColumns } from "./group-commit.ts";

type Table = RecordRow["table"];

// One after the other in this order, so that no two commits wait for each other.
const tables = ["registry_events", "requests"] as const;
const keyColumns = { registry_events: 5, requests: 1 };
const inserts = {
  registry_events: () => `insert into registry_events (${eventColumns})
    select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
      $7::text[], $8::bigint[], $9::text[])
    on conflict do nothing returning registry, occurred_at, id, way, region`,
  requests: (behind: string) => `insert into requests (${requestColumns})
    select id, at, facts, lane, due_at + ${behind}
    from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) as one (id, at, facts, lane, due_at)
    on conflict do nothing returning id`,
};

/**
 * Writes rows in one transaction, one statement a table; resolves after COMMIT with one answer each, in order. `behind`
 * says in SQL how far this process's clock is behind the one that due times go by, in ms.
 */
export async function writeRows(
  pool: pg.Pool,
  rows: readonly RecordRow[],
  behind: string,
): Promise<readonly RecordedAs[]> {
  const client = await pool.connect();
  let broken = true;
  try {
    const written = new Set<string>();
    const byTable = Map.groupBy(rows, ({ table }) => table);
    // A single statement is a transaction of its own, without two more journeys to the server.
    if (byTable.size > 1) await client.query("begin");
    for (const table of tables)
      await insert(client, table, inserts[table](behind), byTable.get(table) ?? [], written);
    if (byTable.size > 1) await client.query("commit");
    broken = false;
    // The first row of a group that has a written key was recorded; the same key again in the group is a duplicate.
    return rows.map((row) => (written.delete(keyOf(row.table, row.values)) ? "recorded" : "duplicate"));
  } finally {
    // A connection whose transaction failed is thrown away: the server rolls it back.
    client.release(broken);
  }
}

async function insert(
  client: pg.PoolClient,
  table: Table,
  text: string,
  rows: readonly RecordRow[],
  written: Set<string>,
): Promise<void> {
  if (rows.length === 0) return;
  // In the order of their keys: two commits in flight that hold the same rows wait, and never for each other.
  const ordered = rows
    .map(({ values }) => ({ values, key: keyOf(table, values) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const width = rows[0]?.values.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) => ordered.map(({ values }) => values[column]));
  const result = await client.query<unknown[]>({ text, values: columns, rowMode: "array" });
  for (const values of result.rows) written.add(keyOf(table, values));
}

function keyOf(table: Table, values: readonly unknown[]): string {
  return table + JSON.stringify(values.slice(0, keyColumns[table]));
}
