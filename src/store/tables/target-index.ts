import { type Kysely, sql } from "kysely";
import type { Schema } from "./table-types.ts";

/** Schema 12: what was done to one target, newest first. */
export async function indexTargets(db: Kysely<Schema>): Promise<void> {
  await sql`create index operations_of_crowd on operations (crowd, requested_at)`.execute(db);
}
