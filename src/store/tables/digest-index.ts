import { type Kysely, sql } from "kysely";
import type { Schema } from "./table-types.ts";

/** Schema 8: an image is found by the begin of its digest alone, as cards show it. */
export async function indexDigests(db: Kysely<Schema>): Promise<void> {
  await sql`create index artifacts_by_digest on artifacts (digest)`.execute(db);
}
