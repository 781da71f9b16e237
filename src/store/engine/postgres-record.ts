import type pg from "pg";
import type { RecordedAs } from "../store.ts";
import { eventColumns, type RecordRow, requestColumns } from "./group-commit.ts";

const insertEvents = `insert into registry_events (${eventColumns})
  select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[])
  on conflict do nothing returning registry, occurred_at, id, way, region`;
const insertRequests = (behind: string) => `insert into requests (${requestColumns})
  select id, at, facts, lane, due_at + ${behind}
  from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) as one (id, at, facts, lane, due_at)
  on conflict do nothing returning id`;
const eventKeyColumns = 5;
const requestKeyColumns = 1;

/**
 * Writes rows in one transaction, one statement a table; resolves after COMMIT with one answer each, in order. `behind`
 * says in SQL how far this process's clock is behind the one that due times go by, in ms.
 */
export async function writeRows(
  pool: pg.Pool,
  rows: readonly RecordRow[],
  behind: string,
): Promise<readonly RecordedAs[]> {
  const events = rows.filter((row) => row.table === "registry_events");
  const requests = rows.filter((row) => row.table === "requests");
  const client = await pool.connect();
  let broken = true;
  try {
    const written = new Set<string>();
    const both = events.length > 0 && requests.length > 0;
    // A single statement is a transaction of its own, without two more journeys to the server.
    if (both) await client.query("begin");
    await insert(client, insertEvents, "e", events, eventKeyColumns, written);
    await insert(client, insertRequests(behind), "r", requests, requestKeyColumns, written);
    if (both) await client.query("commit");
    broken = false;
    return answersOf(rows, written);
  } finally {
    // A connection whose transaction failed is thrown away: the server rolls it back.
    client.release(broken);
  }
}

async function insert(
  client: pg.PoolClient,
  text: string,
  prefix: string,
  rows: readonly RecordRow[],
  keyColumns: number,
  written: Set<string>,
): Promise<void> {
  if (rows.length === 0) return;
  // In the order of their keys: two commits in flight that hold the same rows wait, and never for each other.
  const ordered = rows
    .map((row) => ({ row, key: keyOf(prefix, row.values, keyColumns) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const width = rows[0]?.values.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) => ordered.map(({ row }) => row.values[column]));
  const result = await client.query<unknown[]>({ text, values: columns, rowMode: "array" });
  for (const values of result.rows) written.add(keyOf(prefix, values, keyColumns));
}

/** The first row of a group that has a written key was recorded; the same key again in the group is a duplicate. */
function answersOf(rows: readonly RecordRow[], written: Set<string>): readonly RecordedAs[] {
  return rows.map((row) => {
    const key =
      row.table === "requests"
        ? keyOf("r", row.values, requestKeyColumns)
        : keyOf("e", row.values, eventKeyColumns);
    return written.delete(key) ? "recorded" : "duplicate";
  });
}

function keyOf(prefix: string, values: readonly unknown[], columns: number): string {
  return prefix + JSON.stringify(values.slice(0, columns));
}
