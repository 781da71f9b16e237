import { type SqlBool, sql } from "kysely";
import type { Engine, Queries } from "../engine/engine.ts";
import type { Store } from "../store.ts";
import { operationOf } from "./operation-row.ts";

type OperationReads = Pick<
  Store,
  "operationsOfRepository" | "findOperation" | "listOperations" | "listAwaiting"
>;

// A partial index has these words.
const isAwaiting = sql<SqlBool>`state = 'awaiting-approval'`;

/** The verbs that read operations. */
export function createOperationReads(engine: Engine): OperationReads {
  return {
    operationsOfRepository: (registry, repository, limit) =>
      engine.query(async (db) => {
        const rows = await newestFirst(db)
          .where("registry", "=", registry)
          .where("repository", "=", repository)
          .limit(limit)
          .execute();
        return rows.map(operationOf);
      }),
    findOperation: (id) => engine.query((db) => selectOperation(db, id)),
    listOperations: (limit) =>
      engine.query(async (db) => (await newestFirst(db).limit(limit).execute()).map(operationOf)),
    listAwaiting: (limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("operations")
          .selectAll()
          .where(isAwaiting)
          .orderBy("requested_at")
          .orderBy("id")
          .limit(limit)
          .execute();
        return rows.map(operationOf);
      }),
  };
}

function newestFirst(db: Queries) {
  return db.selectFrom("operations").selectAll().orderBy("requested_at", "desc");
}

async function selectOperation(db: Queries, id: string) {
  const row = await db.selectFrom("operations").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : operationOf(row);
}
