import { type Kysely, sql } from "kysely";
import type { Schema } from "./table-types.ts";

/** Schema 13: cards that the registry has confirmed go before others, and of those so many are posted in an hour. */
export async function rankUnconfirmedMessages(db: Kysely<Schema>): Promise<void> {
  await sql`alter table messages add column unconfirmed bigint default 0 not null`.execute(db);
  await sql`alter table messages add column counted_at bigint`.execute(db);
  await sql`alter table messages add column held_at bigint`.execute(db);
  await sql`create index messages_confirmed_in_channel on messages (channel, due_at, created_at)
    where claimable = 1 and unconfirmed = 0`.execute(db);
  await sql`create index messages_counted on messages (channel, counted_at) where counted_at is not null`.execute(
    db,
  );
  await sql`create index messages_held on messages (channel, held_at) where held_at is not null`.execute(db);
}
