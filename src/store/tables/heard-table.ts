import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** The messages that people typed to the bot, by the platform's own ids: each is taken once. */
export async function rememberMessages(db: Kysely<Schema>, { text, keyOrdered }: ColumnTypes): Promise<void> {
  await sql`create table heard_messages (
    id ${text} primary key, at bigint not null) ${keyOrdered}`.execute(db);
  await sql`create index heard_messages_oldest on heard_messages (at)`.execute(db);
}
