import { type Kysely, sql, type Transaction } from "kysely";
import { ChatopsError } from "../../errors.ts";
import { chainAudit } from "./audit-tables.ts";
import type { ColumnTypes } from "./column-types.ts";
import { addDueWork } from "./due-work-tables.ts";
import { createFirstTables } from "./first-tables.ts";
import { createInstallationsTable } from "./installations-table.ts";
import { widenOperations } from "./operation-tables.ts";
import type { Schema } from "./table-types.ts";

type Migration = (db: Kysely<Schema>, types: ColumnTypes) => Promise<void>;

/** In order; the version of a schema is how many of them were applied. Never edited once released. */
const migrations: readonly Migration[] = [
  createFirstTables,
  createInstallationsTable,
  widenOperations,
  chainAudit,
  addDueWork,
];

/** The schema version that this program knows. */
export const schemaVersion = migrations.length;

/**
 * Applies the migrations that are missing, in the given transaction. Throws `store-schema-newer` when the store was
 * written by a newer program.
 */
export async function migrate(tx: Transaction<Schema>, types: ColumnTypes, now: number): Promise<void> {
  if (!(await hasTable(tx, "schema_version")))
    await sql`create table schema_version (version bigint primary key, applied_at bigint not null)`.execute(
      tx,
    );
  const row = await tx
    .selectFrom("schema_version")
    .select((eb) => eb.fn.max("version").as("version"))
    .executeTakeFirst();
  const found = row?.version ?? 0;
  if (found > schemaVersion) {
    throw new ChatopsError(
      "store-schema-newer",
      `The store has schema ${found}, this program knows ${schemaVersion}. Start the newer program, or restore a backup.`,
    );
  }
  for (const [index, apply] of migrations.entries()) {
    if (index < found) continue;
    await apply(tx, types);
    await tx
      .insertInto("schema_version")
      .values({ version: index + 1, applied_at: now })
      .execute();
  }
}

// PostgreSQL asks for the right to create tables even where `if not exists` has nothing to create, and the bot's role
// need not have it.
async function hasTable(tx: Transaction<Schema>, name: keyof Schema): Promise<boolean> {
  const tables = await tx.introspection.getTables();
  return tables.some((table) => table.name === name);
}
