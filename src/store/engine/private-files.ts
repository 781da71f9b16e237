import { chmodSync, closeSync, openSync, readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { StoreLog } from "./engine.ts";

/**
 * Makes an SQLite file and its neighbours readable by their owner alone (SQLite gives new ones the mode of the file),
 * and its folder, if that is ours and holds nothing else. Says in the log what it could not close.
 */
export function keepPrivate(path: string, log: StoreLog): void {
  for (const name of [path, `${path}.lock`]) if (statsOf(name) === undefined) create(name);
  for (const end of ["", "-wal", "-shm", ".lock"]) {
    const stats = statsOf(path + end);
    if (stats?.isFile() && (stats.mode & 0o077) !== 0) tighten(path + end, 0o600, log);
  }
  const folder = dirname(path);
  const { mode, uid } = statSync(folder);
  const isShared = readdirSync(folder).some((name) => !name.startsWith(basename(path)));
  // With the sticky bit, as /tmp has it, nobody removes what is another's.
  const isOpen = (mode & 0o022) !== 0 && (mode & 0o1000) === 0;
  if (!isShared && uid === process.getuid?.() && (mode & 0o077) !== 0) tighten(folder, 0o700, log);
  else if (isOpen) log.warn({ folder }, "others may write the store's folder: they can remove or replace it");
}

/** Never a file that is there: to close one that SQLite has open in this process would free its locks. */
function create(name: string): void {
  closeSync(openSync(name, "wx", 0o600));
}

function tighten(name: string, mode: number, log: StoreLog): void {
  try {
    chmodSync(name, mode);
  } catch (err) {
    log.warn({ name, err }, "others may read the store: its mode could not be changed");
  }
}

function statsOf(name: string): Stats | undefined {
  return statSync(name, { throwIfNoEntry: false });
}
