import { type SqlBool, sql } from "kysely";
import { subjectOf } from "../nouns/artifact.ts";
import { writeAudit } from "./audit.ts";
import { insertMessages, touchRoots } from "./cards.ts";
import { claimOperation, nextOperationDueAt } from "./claim-operation.ts";
import type { Engine, Queries } from "./engine.ts";
import { leaseEnd } from "./leases.ts";
import { operationOf } from "./operation-row.ts";
import { changePlacement } from "./placements.ts";
import type { LeaseToken, OperationResult, Store } from "./store.ts";

type OperationVerbs = Pick<
  Store,
  | "claimOperation"
  | "nextOperationDueAt"
  | "renewOperation"
  | "noteDigestBefore"
  | "postponeOperation"
  | "finishOperation"
  | "operationsOf"
  | "operationsOfRepository"
  | "findOperation"
  | "listOperations"
>;

/** The verbs of operations; every write checks that the lease is still the writer's. */
export function createOperationVerbs(engine: Engine): OperationVerbs {
  return {
    claimOperation: async (now, leaseMs) => {
      const claimed = await engine.transaction((tx) => claimOperation(engine, tx, now, leaseMs));
      // Its card shows that it runs.
      if (claimed !== undefined) engine.announce();
      return claimed;
    },
    nextOperationDueAt: () => engine.query(nextOperationDueAt),
    renewOperation: (id, lease, leaseMs) =>
      engine.query((db) => updateOwn(engine, db, id, lease, { lease_until: leaseEnd(engine, leaseMs) })),
    noteDigestBefore: (id, lease, digestBefore) =>
      engine.query((db) => updateOwn(engine, db, id, lease, { digest_before: digestBefore ?? null })),
    postponeOperation: async (id, lease, dueAt, why) => {
      const postponed = await engine.transaction((tx) => postpone(engine, tx, id, lease, dueAt, why));
      if (postponed) engine.announce();
      return postponed;
    },
    finishOperation: async (id, lease, result) => {
      const finished = await engine.transaction((tx) => finish(engine, tx, id, lease, result));
      if (finished) engine.announce();
      return finished;
    },
    ...createOperationReads(engine),
  };
}

function createOperationReads(
  engine: Engine,
): Pick<Store, "operationsOf" | "operationsOfRepository" | "findOperation" | "listOperations"> {
  return {
    operationsOf: (key, limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("operations")
          .selectAll()
          .where("registry", "=", key.registry)
          .where("repository", "=", key.repository)
          .where("digest", "=", key.digest)
          .orderBy("requested_at", "desc")
          .limit(limit)
          .execute();
        return rows.map(operationOf);
      }),
    operationsOfRepository: (registry, repository, limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("operations")
          .selectAll()
          .where("registry", "=", registry)
          .where("repository", "=", repository)
          .orderBy("requested_at", "desc")
          .limit(limit)
          .execute();
        return rows.map(operationOf);
      }),
    findOperation: (id) => engine.query((db) => selectOperation(db, id)),
    listOperations: (limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("operations")
          .selectAll()
          .orderBy("requested_at", "desc")
          .limit(limit)
          .execute();
        return rows.map(operationOf);
      }),
  };
}

async function selectOperation(db: Queries, id: string) {
  const row = await db.selectFrom("operations").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : operationOf(row);
}

type OwnColumns =
  | { readonly lease_until: ReturnType<typeof leaseEnd> }
  | { readonly digest_before: string | null };

/** Writes before an effect: an expired lease does not count, even while nobody else has taken it. */
async function updateOwn(
  engine: Engine,
  db: Queries,
  id: string,
  lease: LeaseToken,
  columns: OwnColumns,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("operations")
    .set(columns)
    .where("id", "=", id)
    .where("lease_token", "=", lease)
    .where(sql<SqlBool>`lease_until > ${engine.leaseClock()}`)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

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
    .set({ state: "queued", due_at: dueAt, outcome: why, lease_token: null, lease_until: null })
    .where("id", "=", id)
    .where("lease_token", "=", lease)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  await touchRoots(tx, subjectOf(operationOf(row)), engine.now());
  return true;
}

/** Writes how it ended; an expired lease still counts while nobody else has taken it: the effect has happened. */
async function finish(
  engine: Engine,
  tx: Queries,
  id: string,
  lease: LeaseToken,
  result: OperationResult,
): Promise<boolean> {
  const row = await tx
    .updateTable("operations")
    .set({
      state: result.state,
      outcome: result.outcome,
      finished_at: result.at,
      lease_token: null,
      lease_until: null,
    })
    .where("id", "=", id)
    .where("lease_token", "=", lease)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  const operation = operationOf(row);
  const { registry, repository, target } = operation;
  await writeAudit(tx, result.audit);
  if (result.placementChange !== undefined && target !== undefined) {
    await changePlacement(engine, tx, { target, registry, repository }, result.placementChange);
  }
  await touchRoots(tx, subjectOf(operation), result.at);
  await insertMessages(engine, tx, result.messages);
  return true;
}
