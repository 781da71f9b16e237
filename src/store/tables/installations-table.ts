import type { Kysely } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** The table of schema 2: places on chat platforms where the bot is or was. */
export async function createInstallationsTable(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("installations")
    .addColumn("platform", text, (column) => column.notNull())
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("facts", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("installations_key", ["platform", "id"])
    .execute();
}
