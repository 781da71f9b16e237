import { statSync } from "node:fs";
import { storeUnwritable } from "./store-error.ts";

/**
 * Gives a check that an open SQLite file and its log are still what stands at their path: a deleted or replaced file
 * can be written to as before, and all of it is lost when the process ends. Costs some µs; throws `store-unwritable`.
 */
export function createSameFile(path: string): () => void {
  if (path === ":memory:") return () => {};
  const files = [path, `${path}-wal`].map((name) => ({ name, opened: identityOf(name) }));
  return () => {
    for (const { name, opened } of files)
      if (opened !== identityOf(name))
        throw storeUnwritable(
          `${name} was deleted or replaced while it was open; restart to open what is there`,
        );
  };
}

function identityOf(name: string): string | undefined {
  const found = statSync(name, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
