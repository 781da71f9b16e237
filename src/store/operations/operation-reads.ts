import { type SqlBool, sql } from "kysely";
import type { Engine, Queries } from "../engine/engine.ts";
import type { Store } from "../store.ts";
import { operationOf } from "./operation-row.ts";

// A partial index has these words.
const isAwaiting = sql<SqlBool>`state = 'awaiting-approval'`;

/** The verbs that read operations. */
export function createOperationReads(engine: Engine) {
  return {
    operationsOfRepository: (registry, repository, limit) =>
      engine.query(async (db) => {
        const ofRepository = newestFirst(db).where((eb) => eb.and({ registry, repository }));
        return (await ofRepository.limit(limit).execute()).map(operationOf);
      }),
    findOperation: (id) =>
      engine.query(async (db) => {
        const row = await db.selectFrom("operations").selectAll().where("id", "=", id).executeTakeFirst();
        return row === undefined ? undefined : operationOf(row);
      }),
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
  } satisfies Partial<Store>;
}

function newestFirst(db: Queries) {
  return db.selectFrom("operations").selectAll().orderBy("requested_at", "desc");
}
