import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** Schema 3: operations that await approval, keep a journal, run in lanes and can be stopped; locks and suggestions. */
export async function widenOperations(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  await addColumns(db, types);
  await replaceIndexes(db);
  await createLocks(db, types);
  await db.schema
    .createIndex("placements_by_target")
    .on("placements")
    .columns(["target", "registry", "repository"])
    .execute();
}

async function addColumns(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  const add = (name: string, type: typeof text | "bigint", fallback?: string | number) =>
    db.schema
      .alterTable("operations")
      .addColumn(name, type, (column) =>
        fallback === undefined ? column : column.notNull().defaultTo(fallback),
      )
      .execute();
  await add("lane", text, "");
  await add("queued_at", "bigint", 0);
  await add("expires_at", "bigint");
  await add("votes", text, "[]");
  await add("journal", text, '{"steps":[],"notes":{}}');
  for (const name of ["progress", "link", "changed", "cancelled_by"]) await add(name, text);
  await sql`update operations set lane = placement_key, queued_at = requested_at`.execute(db);
}

async function replaceIndexes(db: Kysely<Schema>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(name).on("operations");
  await db.schema.dropIndex("operations_one_running").execute();
  await db.schema.dropIndex("operations_leased").execute();
  const held = sql<boolean>`state in ('running', 'cancelling')`;
  await index("operations_one_running").unique().column("placement_key").where(held).execute();
  await index("operations_one_a_lane").unique().column("lane").where(held).execute();
  await index("operations_leased").columns(["lease_until", "due_at"]).where(held).execute();
  const open = sql<boolean>`finished_at is null`;
  await index("operations_in_lane").columns(["lane", "queued_at"]).where(open).execute();
  const awaiting = sql<boolean>`state = 'awaiting-approval'`;
  await index("operations_expiring").column("expires_at").where(awaiting).execute();
  await index("operations_awaiting").columns(["requested_at", "id"]).where(awaiting).execute();
}

async function createLocks(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("locks")
    .addColumn("key", text, (column) => column.primaryKey())
    .addColumn("until", "bigint")
    .addColumn("facts", text, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("suggestions")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("facts", text, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("suggestions_oldest").on("suggestions").column("expires_at").execute();
}
