import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** Schema 3: operations that await approval, keep a journal, run in lanes and can be stopped; locks and suggestions. */
export async function widenOperations(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  for (const statement of [...newColumns(types), ...newIndexes(), ...newTables(types)])
    await statement.execute(db);
}

function newColumns({ text }: ColumnTypes) {
  const columns = [
    sql`lane ${text} default '' not null`,
    sql`queued_at bigint default 0 not null`,
    sql`expires_at bigint`,
    sql`votes ${text} default '[]' not null`,
    sql`journal ${text} default '{"steps":[],"notes":{}}' not null`,
    ...["progress", "link", "changed", "cancelled_by"].map((name) => sql`${sql.ref(name)} ${text}`),
  ];
  return [
    ...columns.map((column) => sql`alter table operations add column ${column}`),
    sql`update operations set lane = placement_key, queued_at = requested_at`,
  ];
}

function newIndexes() {
  const held = sql`state in ('running', 'cancelling')`;
  return [
    sql`drop index operations_one_running`,
    sql`drop index operations_leased`,
    sql`create unique index operations_one_running on operations (placement_key) where ${held}`,
    sql`create unique index operations_one_a_lane on operations (lane) where ${held}`,
    sql`create index operations_leased on operations (lease_until, due_at) where ${held}`,
    sql`create index operations_in_lane on operations (lane, queued_at) where finished_at is null`,
    sql`create index operations_expiring on operations (expires_at) where state = 'awaiting-approval'`,
    sql`create index operations_awaiting on operations (requested_at, id) where state = 'awaiting-approval'`,
    sql`create index placements_by_target on placements (target, registry, repository)`,
  ];
}

function newTables({ text }: ColumnTypes) {
  return [
    sql`create table locks (key ${text} primary key, until bigint, facts ${text} not null)`,
    sql`create table suggestions (
      id ${text} primary key, expires_at bigint not null, facts ${text} not null)`,
    sql`create index suggestions_oldest on suggestions (expires_at)`,
  ];
}
