import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";
import { remember } from "../../remember.ts";
import { storableValue } from "./storable-text.ts";

/** Verbs use fewer than 150 different statements; the bound is for lists of varying length. */
const maxStatements = 500;

/**
 * Kysely's SQLite dialect over `node:sqlite`. Stock Kysely hands parameters over as one array, which `node:sqlite`
 * takes for named parameters ("Unknown named parameter '0'").
 */
export function createSqliteDialect(db: DatabaseSync): SqliteDialect {
  const prepare = remember(maxStatements, (text) =>
    text === "rollback" ? rollback(db) : adapt(db.prepare(text)),
  );
  const database: SqliteDatabase = {
    close: () => db.close(),
    // Every transaction of ours writes. Taking the write lock at once means that it never waits for the
    // checkpoint while the checkpoint waits for its snapshot.
    prepare: (text) => prepare(text === "begin" ? "begin immediate" : text),
  };
  return new SqliteDialect({ database });
}

/** After a full disk SQLite has rolled back by itself; a second rollback would fail and hide the first error. */
function rollback(db: DatabaseSync): SqliteStatement {
  const run = () => {
    if (db.isTransaction) db.exec("rollback");
    return { changes: 0, lastInsertRowid: 0 };
  };
  return { reader: false, run, all: () => [], iterate: () => [].values() };
}

function adapt(statement: StatementSync): SqliteStatement {
  const bind = (parameters: readonly unknown[]) => parameters.map(storableValue) as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
    iterate: (parameters) => statement.iterate(...bind(parameters)),
  };
}
