import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { ChatopsError, describeError } from "../../errors.ts";
import type { Queries } from "../engine/engine.ts";
import { createSqliteDialect } from "../engine/sqlite-dialect.ts";
import { sqliteCodeOf } from "../engine/store-error.ts";
import { findSchemaVersion, schemaVersion } from "../tables/migrations.ts";
import type { Schema } from "../tables/table-types.ts";
import { createChainReads } from "./audit.ts";
import { createSegmentReads } from "./audit-segments.ts";
import type { AuditReads } from "./verify-audit.ts";

/** A reader waits so long for a checkpoint that moves the file under it. */
const busyTimeoutMs = 2_000;

/**
 * Opens the store that the URL names for reading alone, beside a bot that runs, and gives `run` the audit as it is at
 * one moment. Needs no lock and changes nothing. Throws `store-unwritable` if it cannot be read, `config-invalid` if
 * there is nothing to read, `store-schema-newer` if a newer program wrote it.
 */
export async function readAudit<T>(url: string, run: (reads: AuditReads) => Promise<T>): Promise<T> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    // Loaded only when it is configured.
    const { inReadOnlyPostgres } = await import("../engine/postgres-read.ts");
    return await inReadOnlyPostgres(url, (db) => runOn(db, "the database", run));
  }
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path === undefined || path === ":memory:")
    throw new ChatopsError("config-invalid", "store.url names no file and no database that could be read.");
  return await inReadOnlySqlite(path, (db) => runOn(db, path, run));
}

async function inReadOnlySqlite<T>(path: string, run: (db: Queries) => Promise<T>): Promise<T> {
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    // Its first read begins a snapshot: what the bot writes or removes meanwhile is not seen.
    connection.exec("begin");
    return await run(new Kysely<Schema>({ dialect: createSqliteDialect(connection) }));
  } catch (error) {
    if (error instanceof ChatopsError || sqliteCodeOf(error) === undefined) throw error;
    throw new ChatopsError(
      "store-unwritable",
      `The store ${path} cannot be read (${describeError(error)}). Check the path, and run this as the bot's user. Nothing was changed.`,
      { cause: error },
    );
  } finally {
    connection?.close();
  }
}

async function runOn<T>(db: Queries, name: string, run: (reads: AuditReads) => Promise<T>): Promise<T> {
  const found = await findSchemaVersion(db);
  if (found === undefined) throw new ChatopsError("config-invalid", `${name} is no store of this program.`);
  if (found < schemaVersion)
    throw new ChatopsError(
      "config-invalid",
      `${name} was written by an older program (schema ${found}, now ${schemaVersion}). Start the bot once; it brings it up to date.`,
    );
  const reader = { query: <R>(read: (queries: Queries) => Promise<R>) => read(db) };
  return await run({ ...createChainReads(reader), ...createSegmentReads(reader) });
}
