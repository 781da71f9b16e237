import { statSync } from "node:fs";
import { describeError } from "../../errors.ts";
import type { StoreLog } from "./engine.ts";
import { sqliteCodeOf, storeUnwritable } from "./store-error.ts";

/** Watches an open SQLite file: whether it is still the one that was opened, and still ours alone. */
export interface FileGuard {
  /** Which files were opened, as the checkpoint's thread compares them. */
  readonly opened: string;
  /** Throws `store-unwritable` if not. Costs some µs. */
  readonly check: () => void;
  /** Whether `check` would not throw. */
  readonly isWhole: () => boolean;
  /** Looks at what SQLite threw: a damaged file is written to no more. */
  readonly note: (error: unknown) => void;
  /** From now on `check` throws, with this reason. */
  readonly giveUp: (reason: string) => void;
}

// SQLITE_CORRUPT and SQLITE_NOTADB.
const damaged = new Set([11, 26]);

/**
 * Guards the files that an open connection writes to. A deleted or replaced one can be written to as before, and all of it is
 * lost when the process ends; over a new `-shm` others write without a word between them and us.
 */
export function createFileGuard(path: string, log: StoreLog): FileGuard {
  const files = [path, `${path}-wal`, `${path}-shm`].map((name) => ({ name, opened: identityOf(name) }));
  let givenUp: string | undefined;
  let told: string | undefined;

  const findProblem = (): string | undefined => {
    if (givenUp !== undefined) return givenUp;
    const other = files.find(({ name, opened }) => opened !== identityOf(name));
    return other && `${other.name} was deleted or replaced while it was open; restart to open what is there`;
  };
  const check = (): void => {
    const problem = findProblem();
    if (problem === undefined) return;
    if (told !== problem) log.error({ path, reason: problem }, "the store is not used any more");
    told = problem;
    throw storeUnwritable(problem);
  };
  const giveUp = (reason: string): void => {
    givenUp ??= `${path} ${reason}`;
    if (told === undefined) log.error({ path, reason: givenUp }, "the store is not used any more");
    told ??= givenUp;
  };
  return {
    opened: files.map(({ opened }) => opened).join(),
    check,
    giveUp,
    isWhole: () => findProblem() === undefined,
    note: (error) => {
      if (damaged.has(sqliteCodeOf(error) ?? 0)) giveUp(`is damaged (${describeError(error)}); ${restore}`);
    },
  };
}

/** What to do about a damaged file. */
export const restore = "restore a copy of it (docs/operations.md, Backup)";

function identityOf(name: string): string | undefined {
  const found = statSync(name, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
