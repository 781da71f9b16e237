import { Kysely, PostgresDialect } from "kysely";
import type { Schema } from "../tables/table-types.ts";
import type { Queries } from "./engine.ts";
import { createPool } from "./postgres.ts";
import { translateStoreError } from "./store-error.ts";

/** Runs `run` in one read-only transaction that sees the database as it is at one moment. Throws `store-unwritable`. */
export async function inReadOnlyPostgres<T>(url: string, run: (db: Queries) => Promise<T>): Promise<T> {
  // A connection that breaks makes the query fail that is under way; there is nobody else to tell.
  const quiet = { info: () => {}, warn: () => {}, error: () => {} };
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: createPool(url, quiet) }) });
  try {
    return await kysely
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute((tx) => run(tx));
  } catch (error) {
    throw translateStoreError(error);
  } finally {
    await kysely.destroy();
  }
}
