import { DatabaseSync } from "node:sqlite";
import { ChatopsError } from "../../errors.ts";
import { sqliteCodeOf } from "./store-error.ts";

const sqliteBusy = 5;
/** Whoever only reads, as `audit verify` does, is done by then. */
const readersLimitMs = 2_000;

/**
 * Holds an SQLite file for this process alone until the given function is called: no other bot may have it open, and
 * `<path>.lock` keeps out those that start at the same time. Both are locks of the kernel, which frees them when the
 * process dies, `kill -9` included. Throws `store-locked`.
 */
export function lockFile(path: string): () => void {
  const lock = `${path}.lock`;
  const db = openLocked(lock, "begin exclusive", 0, `(${lock} is locked)`, path);
  try {
    // A name can be removed while its lock is held. What has the file open holds a lock on the file itself.
    openLocked(
      path,
      "pragma locking_mode = exclusive; begin exclusive",
      readersLimitMs,
      othersHaveIt,
      path,
    ).close();
  } catch (error) {
    db.close();
    throw error;
  }
  return () => db.close();
}

const othersHaveIt =
  "(its lock file is free, but somebody has the file open: another bot, a backup or a tool such as sqlite3)";

function openLocked(file: string, sql: string, timeout: number, why: string, path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout });
    db.exec(sql);
    return db;
  } catch (cause) {
    db?.close();
    if (sqliteCodeOf(cause) !== sqliteBusy) throw cause;
    throw new ChatopsError(
      "store-locked",
      `The store ${path} is in use by another process ${why}. Stop that process, or give this one another store.url.`,
      { cause },
    );
  }
}
