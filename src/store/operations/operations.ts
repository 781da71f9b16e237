import { type SqlBool, sql } from "kysely";
import { auditedTransaction } from "../audit/append-audit.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { leaseEnd } from "../engine/leases.ts";
import type { LeaseToken, Store } from "../store.ts";
import { subjectsOf, touchCards } from "../touch-cards.ts";
import { claimOperation, nextOperationDueAt } from "./claim-operation.ts";
import { expireOperations, finishOperation } from "./finish-operation.ts";
import { createOperationReads } from "./operation-reads.ts";
import { operationOf } from "./operation-row.ts";

type OperationVerbs = Pick<
  Store,
  | "claimOperation"
  | "nextOperationDueAt"
  | "renewOperation"
  | "noteDigestBefore"
  | "writeJournal"
  | "noteProgress"
  | "postponeOperation"
  | "finishOperation"
  | "expireOperations"
  | "listAwaiting"
  | "operationsOfRepository"
  | "findOperation"
  | "listOperations"
>;

/** The verbs of operations; every write checks that the lease is still the writer's. */
export function createOperationVerbs(engine: Engine): OperationVerbs {
  return {
    claimOperation: async (now, leaseMs, busyTargets = []) => {
      const claimed = await engine.transaction((tx) =>
        claimOperation(engine, tx, { now, leaseMs, busyTargets }),
      );
      // Its card shows that it runs.
      if (claimed !== undefined) engine.announce();
      return claimed;
    },
    nextOperationDueAt: () => engine.query(nextOperationDueAt),
    finishOperation: async (id, lease, result) => {
      const finished = await auditedTransaction(engine, (tx, writeAudit) =>
        finishOperation(engine, tx, id, lease, result, writeAudit),
      );
      if (finished) engine.announce();
      return finished;
    },
    expireOperations: async (now, limit, resultOf) => {
      const expired = await auditedTransaction(engine, (tx, writeAudit) =>
        expireOperations(engine, tx, now, limit, resultOf, writeAudit),
      );
      if (expired > 0) engine.announce();
      return expired;
    },
    ...createLeasedWrites(engine),
    ...createOperationReads(engine),
  };
}

function createLeasedWrites(
  engine: Engine,
): Pick<
  Store,
  "renewOperation" | "noteDigestBefore" | "writeJournal" | "noteProgress" | "postponeOperation"
> {
  return {
    renewOperation: (id, lease, leaseMs) =>
      engine.query(async (db) => {
        const columns = { lease_until: leaseEnd(engine, leaseMs) };
        const own = await updateOwn(engine, db, id, lease, columns);
        if (own === undefined) return "lost";
        return own.state === "cancelling" ? "cancelling" : "kept";
      }),
    noteDigestBefore: (id, lease, digestBefore) =>
      engine.query((db) => wasOwn(engine, db, id, lease, { digest_before: digestBefore ?? null })),
    writeJournal: (id, lease, journal) =>
      engine.query((db) => wasOwn(engine, db, id, lease, { journal: JSON.stringify(journal) })),
    noteProgress: async (id, lease, { words, link, touchAt }) => {
      const noted = await engine.transaction(async (tx) => {
        const columns = { progress: words, ...(link === undefined ? {} : { link }) };
        const row = await updateOwn(engine, tx, id, lease, columns);
        if (row !== undefined) await touchCards(tx, subjectsOf(operationOf(row)), touchAt);
        return row !== undefined;
      });
      if (noted) engine.announce();
      return noted;
    },
    postponeOperation: async (id, lease, dueAt, why) => {
      const postponed = await engine.transaction((tx) => postpone(engine, tx, id, lease, dueAt, why));
      if (postponed) engine.announce();
      return postponed;
    },
  };
}

interface OwnColumns {
  readonly lease_until?: ReturnType<typeof leaseEnd>;
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

/**
 * One that is being cancelled stays so and keeps its lane: it is taken up at `dueAt` as if its runner had died. Every
 * other one waits in its lane again.
 */
async function postpone(
  engine: Engine,
  tx: Queries,
  id: string,
  lease: LeaseToken,
  dueAt: number,
  why: string,
): Promise<boolean> {
  const row = await tx
    .updateTable("operations")
    .set({
      state: sql<string>`case when state = 'cancelling' then state else 'queued' end`,
      due_at: dueAt,
      outcome: why,
      lease_token: null,
      lease_until: sql<number | null>`case when state = 'cancelling' then 0 else null end`,
    })
    .where("id", "=", id)
    .where("lease_token", "=", lease)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  await touchCards(tx, subjectsOf(operationOf(row)), engine.now());
  return true;
}
