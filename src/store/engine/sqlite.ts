import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Kysely, sql } from "kysely";
import { ChatopsError, describeError } from "../../errors.ts";
import type { WokenBy } from "../../nouns/due-work.ts";
import type { RecordedAs } from "../store.ts";
import type { ColumnTypes } from "../tables/column-types.ts";
import { migrate } from "../tables/migrations.ts";
import type { Schema } from "../tables/table-types.ts";
import { startCheckpoints } from "./checkpoint.ts";
import type { Engine, Queries, StoreLog } from "./engine.ts";
import { createGroupCommit, eventColumns, type RecordRow, requestColumns } from "./group-commit.ts";
import { createSqliteDialect } from "./sqlite-dialect.ts";
import { lockFile } from "./sqlite-lock.ts";
import { storeUnwritable, translateStoreError } from "./store-error.ts";
import { takeMarks } from "./work-marks.ts";
import { createWorkSignal } from "./work-signal.ts";

/** How long a write waits for the checkpoint to give the write lock back; that one gives up after 200 ms. */
const busyTimeoutMs = 2_000;

const columnTypes: ColumnTypes = {
  text: sql`text`,
  identity: sql`integer`,
  keyOrdered: sql`without rowid`,
};

interface SqliteDeps {
  readonly path: string;
  readonly now: () => number;
  readonly log: StoreLog;
}

export interface SqliteEngine extends Engine {
  /** The connection itself, for tests that make it fail or look at its plans. */
  readonly connection: DatabaseSync;
}

/**
 * Opens (or makes) a SQLite file for this process alone and migrates it. Throws `store-locked`,
 * `store-schema-newer`, or `store-unwritable` when the file cannot be opened.
 */
export async function openSqlite({ path, now, log }: SqliteDeps): Promise<SqliteEngine> {
  let unlock: (() => void) | undefined;
  let connection: DatabaseSync | undefined;
  try {
    unlock = lockFile(path);
    connection = openConnection(path);
    const kysely = new Kysely<Schema>({ dialect: createSqliteDialect(connection) });
    await kysely.transaction().execute((tx) => migrate(tx, columnTypes, now()));
    return createEngine({ path, now, log }, connection, kysely, unlock);
  } catch (error) {
    connection?.close();
    unlock?.();
    if (error instanceof ChatopsError) throw error;
    throw storeUnwritable(`${path} cannot be opened (${describeError(error)})`, error);
  }
}

function openConnection(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    // WAL with FULL syncs the log at every commit; NORMAL would lose answered events when the power fails.
    connection.exec("pragma journal_mode = wal");
    connection.exec("pragma synchronous = full");
    connection.exec("pragma wal_autocheckpoint = 0");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function createEngine(
  { path, now, log }: SqliteDeps,
  connection: DatabaseSync,
  kysely: Kysely<Schema>,
  unlock: () => void,
): SqliteEngine {
  const checkpoints = startCheckpoints(path, log);
  const signal = createWorkSignal(log);
  const write = createWriter(connection);
  const checkFile = createSameFile(path);
  let tail: Promise<unknown> = Promise.resolve();
  let closed = false;
  let ending: Promise<void> | undefined;

  const groupCommit = createGroupCommit({
    write: (rows) => {
      checkFile();
      const answers = write(rows);
      checkpoints.committed(rows.length);
      return answers;
    },
    isFree: () => {
      if (!connection.isTransaction) return true;
      // A group commit would be rolled back with it, after its events were answered.
      log.error({}, "a transaction of the store outlived its turn of the event loop");
      return false;
    },
    maxInFlight: 1,
    onCommitted: signal.announce,
    log,
  });

  async function guarded<T>(run: () => Promise<T>): Promise<T> {
    if (closed) throw storeUnwritable("it is closed");
    try {
      return await run();
    } catch (error) {
      throw translateStoreError(error);
    }
  }

  async function transact<T>(run: (tx: Queries) => Promise<T>): Promise<T> {
    let made: readonly WokenBy[] = [];
    const result = await kysely.transaction().execute(async (tx) => {
      const done = await run(tx);
      made = takeMarks(tx);
      return done;
    });
    signal.announce(made);
    return result;
  }

  async function end(): Promise<void> {
    await groupCommit.close();
    await tail;
    closed = true;
    signal.close();
    await checkpoints.close();
    connection.close();
    unlock();
  }

  return {
    kind: "sqlite",
    connection,
    log,
    now,
    query: (run) => guarded(() => run(kysely)).finally(() => signal.announce(takeMarks(kysely))),
    // One a turn: its statements run in microtasks, so it begins and ends in the same turn, and between two of
    // them the group commit and the network have theirs.
    transaction: (run) => {
      const result = tail.then(() => nextTurn()).then(() => guarded(() => transact(run)));
      tail = result.catch(() => undefined);
      return result;
    },
    checkFile,
    leaseClock: () => sql<number>`${now()}`,
    dueAt: (at) => sql<number>`${at}`,
    lock: async () => {},
    recordEvents: groupCommit.recordEvents,
    recordRequest: groupCommit.recordRequest,
    onWork: signal.onWork,
    close: () => {
      ending ??= end();
      return ending;
    },
  };
}

function createWriter(connection: DatabaseSync): (rows: readonly RecordRow[]) => readonly RecordedAs[] {
  // Raw statements: 2–3 µs each, against 8–16 µs through a query builder.
  const begin = connection.prepare("begin immediate");
  const commit = connection.prepare("commit");
  const insert = {
    registry_events: connection.prepare(
      `insert into registry_events (${eventColumns}) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ),
    requests: connection.prepare(
      `insert into requests (${requestColumns}) values (?, ?, ?, ?, ?) on conflict do nothing`,
    ),
  };
  return (rows) => {
    begin.run();
    try {
      const answers = rows.map((row) =>
        insert[row.table].run(...row.values).changes === 1 ? "recorded" : "duplicate",
      );
      commit.run();
      return answers;
    } finally {
      // After SQLITE_FULL or an I/O error SQLite may have rolled back by itself.
      if (connection.isTransaction) connection.exec("rollback");
    }
  };
}

/**
 * Gives a check that an open SQLite file and its log are still what stands at their path: a deleted or replaced file
 * can be written to as before, and all of it is lost when the process ends. Costs some µs; throws `store-unwritable`.
 */
function createSameFile(path: string): () => void {
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
