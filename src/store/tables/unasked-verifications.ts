import { type Kysely, sql } from "kysely";
import type { Schema } from "./table-types.ts";

/**
 * Schema 11: what nobody was asked about, because its registry could not be read when its event came, is listed, and asked
 * about as soon as that can be read.
 */
export async function listUnaskedVerifications(db: Kysely<Schema>): Promise<void> {
  await sql`insert into due_work (kind, key, lane, due_at)
    select 'verify', registry || '/' || repository || '@' || digest, registry, seen_at from artifacts
    where digest <> '' and facts like '%"verification":{"state":"unverified"%'
    on conflict do nothing`.execute(db);
}
