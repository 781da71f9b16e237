import { type Kysely, sql, type Transaction } from "kysely";
import { ChatopsError } from "../../errors.ts";
import { chainAudit } from "./audit-tables.ts";
import type { ColumnTypes } from "./column-types.ts";
import { indexDigests } from "./digest-index.ts";
import { addDueWork, addPlacementQueue } from "./due-work-tables.ts";
import { orderEventsByArrival } from "./event-order.ts";
import { createFirstTables } from "./first-tables.ts";
import { rememberMessages } from "./heard-table.ts";
import { createInstallationsTable } from "./installations-table.ts";
import { widenOperations } from "./operation-tables.ts";
import { joinStandings } from "./standing-table.ts";
import type { Schema } from "./table-types.ts";
import { indexTargets } from "./target-index.ts";
import { listUnaskedVerifications } from "./unasked-verifications.ts";
import { rankUnconfirmedMessages } from "./unconfirmed-messages.ts";

type Migration = (db: Kysely<Schema>, types: ColumnTypes) => Promise<void>;

/** In order; the version of a schema is how many of them were applied. Never edited once released. */
const migrations: readonly Migration[] = [
  createFirstTables,
  createInstallationsTable,
  widenOperations,
  chainAudit,
  addDueWork,
  addPlacementQueue,
  joinStandings,
  indexDigests,
  orderEventsByArrival,
  rememberMessages,
  listUnaskedVerifications,
  indexTargets,
  rankUnconfirmedMessages,
];

/** The schema version that this program knows. */
export const schemaVersion = migrations.length;

/**
 * Applies the migrations that are missing, in the given transaction. Throws `store-schema-newer` when the store was
 * written by a newer program.
 */
export async function migrate(tx: Transaction<Schema>, types: ColumnTypes, now: number): Promise<void> {
  const found = await findSchemaVersion(tx);
  // PostgreSQL asks for the right to create tables even where `if not exists` has nothing to create, and the bot's
  // role need not have it.
  if (found === undefined)
    await sql`create table schema_version (
      version bigint primary key, applied_at bigint not null)`.execute(tx);
  for (const [index, apply] of migrations.entries()) {
    if (index < (found ?? 0)) continue;
    await apply(tx, types);
    await tx
      .insertInto("schema_version")
      .values({ version: index + 1, applied_at: now })
      .execute();
  }
}

/** The schema version of a store; undefined: it is none of ours. Throws `store-schema-newer` for a newer program's. */
export async function findSchemaVersion(db: Kysely<Schema>): Promise<number | undefined> {
  const tables = await db.introspection.getTables();
  if (!tables.some((table) => table.name === "schema_version")) return undefined;
  const newest = db.selectFrom("schema_version").select((eb) => eb.fn.max("version").as("version"));
  const found = (await newest.executeTakeFirst())?.version ?? 0;
  if (found <= schemaVersion) return found;
  throw new ChatopsError(
    "store-schema-newer",
    `The store has schema ${found}, this program knows ${schemaVersion}. Start the newer program, or restore a backup.`,
  );
}
