import { ChatopsError, describeError } from "../../errors.ts";

// Primary result codes of SQLite (https://sqlite.org/rescode.html) that are about the file and not about what is
// written, by their low byte.
const sqliteUnwritable = new Map([
  [5, "SQLITE_BUSY"],
  [8, "SQLITE_READONLY"],
  [10, "SQLITE_IOERR"],
  [11, "SQLITE_CORRUPT"],
  [13, "SQLITE_FULL"],
  [14, "SQLITE_CANTOPEN"],
  [26, "SQLITE_NOTADB"],
]);
// SQLSTATE classes and codes of PostgreSQL (appendix A of its manual) that say "not now": connection lost, out of
// disk or connections, being shut down, read-only standby, disk error.
const postgresUnwritable = /^(08|53|57P0|58|25006)/;
const networkCode = /^E[A-Z]+$/;

/**
 * What was thrown by a database, as the store throws it: `store-unwritable` (retryable, with the reason) where
 * nothing can be written now, anything else as it was.
 */
export function translateStoreError(error: unknown): unknown {
  if (error instanceof ChatopsError) return error;
  const reason = unwritableReason(error);
  return reason === undefined ? error : storeUnwritable(reason, error);
}

/** The error for "nothing can be written now". */
export function storeUnwritable(reason: string, cause?: unknown): ChatopsError {
  const message = `The store cannot write: ${reason}. Check the disk or the database; nothing was changed.`;
  return new ChatopsError("store-unwritable", message, { retryable: true, cause });
}

/** Whether the same transaction may succeed if it is run again at once (deadlock, lost race for a unique key). */
export function isLostRace(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40P01" || code === "40001" || code === "23505";
}

/** Whether PostgreSQL refused a statement because the role has no right to it (insufficient_privilege). */
export function isForbidden(error: unknown): boolean {
  return codeOf(error) === "42501";
}

/** SQLite's primary result code of an error; undefined: it is none of SQLite's. */
export function sqliteCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}

function unwritableReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const sqliteCode = sqliteCodeOf(error);
  if (sqliteCode !== undefined) {
    const name = sqliteUnwritable.get(sqliteCode);
    return name === undefined ? undefined : `${name} (${describeError(error)})`;
  }
  const code = codeOf(error);
  if (code !== undefined && (postgresUnwritable.test(code) || networkCode.test(code))) {
    return `${code} (${describeError(error)})`;
  }
  // `pg` gives these two without a code.
  return /^(Connection terminated|timeout exceeded)/.test(error.message) ? error.message : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
