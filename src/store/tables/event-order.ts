import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/**
 * Schema 9: what waits to be folded is found by registry and repository, each in the order of arrival. What waited before
 * has no repository here; it is folded in a turn of its own.
 */
export async function orderEventsByArrival(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  await sql`alter table registry_events add column repository ${text} default '' not null`.execute(db);
  await sql`drop index registry_events_to_fold`.execute(db);
  await sql`create index registry_events_in_turn on registry_events (registry, repository, received_at, occurred_at)
    where folded = 0`.execute(db);
}
