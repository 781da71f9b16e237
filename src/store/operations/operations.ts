import { type SqlBool, sql, type UpdateObject } from "kysely";
import type { LeaseToken } from "../../nouns/due-work.ts";
import { present } from "../../present.ts";
import { auditedTransaction } from "../audit/append-audit.ts";
import { subjectsOf, touchCards } from "../cards.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import type { Store } from "../store.ts";
import type { Schema } from "../tables/table-types.ts";
import { finishOperation } from "./finish-operation.ts";
import { operationOf } from "./operation-row.ts";

/** The verbs of operations; every write checks that the lease is still the writer's. */
export function createOperationVerbs(engine: Engine) {
  return {
    finishOperation: (id, lease, result) =>
      auditedTransaction(engine, (tx, writeAudit) =>
        finishOperation(engine, tx, id, lease, result, writeAudit),
      ),
    readStop: (id, lease) =>
      engine.query(async (db) => {
        const own = await db
          .selectFrom("operations")
          .select("state")
          .where("id", "=", id)
          .where("lease_token", "=", lease)
          .where(sql<SqlBool>`lease_until > ${engine.leaseClock()}`)
          .executeTakeFirst();
        return { isOwn: own !== undefined, isStopWanted: own?.state === "cancelling" };
      }),
    noteDigestBefore: (id, lease, digestBefore) =>
      engine.query((db) => wasOwn(engine, db, id, lease, { digest_before: digestBefore ?? null })),
    writeJournal: (id, lease, journal) =>
      engine.query((db) => wasOwn(engine, db, id, lease, { journal: JSON.stringify(journal) })),
    noteProgress: (id, lease, { words, link, touchAt }) =>
      engine.transaction(async (tx) => {
        const row = await updateOwn(engine, tx, id, lease, { progress: words, ...present({ link }) });
        if (row !== undefined) await touchCards(engine, tx, subjectsOf(operationOf(row)), touchAt);
        return row !== undefined;
      }),
    ...createOperationReads(engine),
  } satisfies Partial<Store>;
}

/** Writes before an effect: an expired lease does not count, even while nobody else has taken it. */
async function updateOwn(
  engine: Engine,
  db: Queries,
  id: string,
  lease: LeaseToken,
  columns: UpdateObject<Schema, "operations">,
) {
  return await db
    .updateTable("operations")
    .set(columns)
    .where("id", "=", id)
    .where("lease_token", "=", lease)
    .where(sql<SqlBool>`lease_until > ${engine.leaseClock()}`)
    .returningAll()
    .executeTakeFirst();
}

async function wasOwn(...update: Parameters<typeof updateOwn>): Promise<boolean> {
  return (await updateOwn(...update)) !== undefined;
}

// Partial indexes have these words.
const isAwaiting = sql<SqlBool>`state = 'awaiting-approval'`;
const isOpen = sql<SqlBool>`finished_at is null`;

function createOperationReads(engine: Engine) {
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
    operationsOfTarget: (target, limit) =>
      engine.query(async (db) => {
        const ofTarget = newestFirst(db).where("crowd", "=", target);
        return (await ofTarget.limit(limit).execute()).map(operationOf);
      }),
    listOpen: (limit) =>
      engine.query(async (db) => {
        const open = db.selectFrom("operations").selectAll().where(isOpen);
        const ordered = open.orderBy("placement_key").orderBy("requested_at");
        return (await ordered.limit(limit).execute()).map(operationOf);
      }),
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
