import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { StoreLog } from "../../src/store/engine/engine.ts";
import { openSqlite, type SqliteEngine } from "../../src/store/engine/sqlite.ts";
import { createStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";

/** A SQLite store whose connection a test may look into and break. */
export interface OpenedSqlite {
  readonly engine: SqliteEngine;
  readonly store: Store;
}

export interface SqliteFile {
  readonly path: string;
  readonly log: StoreLog;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  open(): Promise<OpenedSqlite>;
}

/** A file in a directory of its own for each test of the surrounding `describe`; what was opened is closed. */
export function useSqliteFile(): SqliteFile {
  let directory = "";
  let errors: string[] = [];
  let warnings: string[] = [];
  let opened: Store[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "acr-chatops-sqlite-"));
    errors = [];
    warnings = [];
    opened = [];
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    rmSync(directory, { recursive: true });
  });
  const log: StoreLog = {
    info: () => {},
    warn: (_, message) => warnings.push(message),
    error: (_, message) => errors.push(message),
  };
  return {
    log,
    get path() {
      return join(directory, "store.db");
    },
    get errors() {
      return errors;
    },
    get warnings() {
      return warnings;
    },
    open: async () => {
      const engine = await openSqlite({ path: join(directory, "store.db"), now: Date.now, log });
      const store = createStore(engine);
      opened.push(store);
      return { engine, store };
    },
  };
}
