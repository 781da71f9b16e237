import { type SqlBool, sql } from "kysely";
import type { LeaseToken } from "../../nouns/due-work.ts";
import { auditedTransaction } from "../audit/append-audit.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import type { Store } from "../store.ts";
import { subjectsOf, touchCards } from "../touch-cards.ts";
import { finishOperation } from "./finish-operation.ts";
import { createOperationReads } from "./operation-reads.ts";
import { operationOf } from "./operation-row.ts";

type OperationVerbs = Pick<
  Store,
  | "readStop"
  | "noteDigestBefore"
  | "writeJournal"
  | "noteProgress"
  | "finishOperation"
  | "listAwaiting"
  | "operationsOfRepository"
  | "findOperation"
  | "listOperations"
>;

/** The verbs of operations; every write checks that the lease is still the writer's. */
export function createOperationVerbs(engine: Engine): OperationVerbs {
  return {
    finishOperation: (id, lease, result) =>
      auditedTransaction(engine, (tx, writeAudit) =>
        finishOperation(engine, tx, id, lease, result, writeAudit),
      ),
    ...createLeasedWrites(engine),
    ...createOperationReads(engine),
  };
}

function createLeasedWrites(
  engine: Engine,
): Pick<Store, "readStop" | "noteDigestBefore" | "writeJournal" | "noteProgress"> {
  return {
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
        const columns = { progress: words, ...(link === undefined ? {} : { link }) };
        const row = await updateOwn(engine, tx, id, lease, columns);
        if (row !== undefined) await touchCards(engine, tx, subjectsOf(operationOf(row)), touchAt);
        return row !== undefined;
      }),
  };
}

interface OwnColumns {
  readonly digest_before?: string | null;
  readonly journal?: string;
  readonly progress?: string;
  readonly link?: string;
}

/** Writes before an effect: an expired lease does not count, even while nobody else has taken it. */
async function updateOwn(engine: Engine, db: Queries, id: string, lease: LeaseToken, columns: OwnColumns) {
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
