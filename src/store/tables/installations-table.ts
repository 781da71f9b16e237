import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** The table of schema 2: places on chat platforms where the bot is or was. */
export async function createInstallationsTable(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  await sql`create table installations (
    platform ${text} not null, id ${text} not null, facts ${text} not null,
    constraint installations_key primary key (platform, id))`.execute(db);
}
