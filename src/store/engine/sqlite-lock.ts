import { DatabaseSync } from "node:sqlite";
import { ChatopsError } from "../../errors.ts";
import { sqliteCodeOf } from "./store-error.ts";

const sqliteBusy = 5;

/**
 * Holds `<path>.lock` for this process alone until the given function is called. It is a second, empty SQLite file
 * in an exclusive transaction: the kernel frees such a lock when its process dies, `kill -9` included, and SQLite
 * refuses it within the same process too. Throws `store-locked`, naming the file.
 */
export function lockFile(path: string): () => void {
  const file = `${path}.lock`;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: 0 });
    db.exec("begin exclusive");
    return () => db?.close();
  } catch (cause) {
    db?.close();
    if (sqliteCodeOf(cause) !== sqliteBusy) throw cause;
    throw new ChatopsError(
      "store-locked",
      `The store ${path} is in use by another process (${file} is locked). Stop that process, or give this one another store.url.`,
      { cause },
    );
  }
}
