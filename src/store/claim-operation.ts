import { randomUUID } from "node:crypto";
import { type SqlBool, sql } from "kysely";
import { subjectOf } from "../nouns/artifact.ts";
import { touchRoots } from "./cards.ts";
import type { Engine, Queries } from "./engine.ts";
import { leaseEnd } from "./leases.ts";
import { operationOf } from "./operation-row.ts";
import type { ClaimedOperation } from "./store.ts";

// A placement works one operation off after the other, in the order asked: one that was put off holds its place, so
// that an older deploy never comes in after a newer one.
const isNext = sql<SqlBool>`not exists (
  select 1 from operations other
  where other.placement_key = operations.placement_key and other.finished_at is null and other.id <> operations.id
    and (other.state = 'running' or other.requested_at < operations.requested_at
      or (other.requested_at = operations.requested_at and other.id < operations.id)))`;
const isQueued = sql<SqlBool>`state = 'queued'`;
const isRunning = sql<SqlBool>`state = 'running'`;

/** Leases one operation: first one whose runner died, else the oldest that is due and next on its placement. */
export async function claimOperation(
  engine: Engine,
  tx: Queries,
  now: number,
  leaseMs: number,
): Promise<ClaimedOperation | undefined> {
  const found = (await findOrphan(engine, tx)) ?? (await findDue(engine, tx, now));
  if (found === undefined) return undefined;
  const lease = randomUUID();
  const row = await tx
    .updateTable("operations")
    .set({
      state: "running",
      attempts: sql<number>`attempts + 1`,
      started_at: sql<number>`coalesce(started_at, cast(${now} as bigint))`,
      lease_token: lease,
      lease_until: leaseEnd(engine, leaseMs),
    })
    .where("id", "=", found.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const operation = operationOf(row);
  await touchRoots(tx, subjectOf(operation), now);
  return { operation, lease };
}

async function findOrphan(engine: Engine, tx: Queries) {
  return await tx
    .selectFrom("operations")
    .select("id")
    .where(isRunning)
    .where(sql<SqlBool>`lease_until <= ${engine.leaseClock()}`)
    .orderBy("lease_until")
    .limit(1)
    .$if(engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
}

async function findDue(engine: Engine, tx: Queries, now: number) {
  return await tx
    .selectFrom("operations")
    .select("id")
    .where(isQueued)
    .where("due_at", "<=", now)
    .where(isNext)
    .orderBy("due_at")
    .orderBy("requested_at")
    .limit(1)
    .$if(engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
}

/** When the next operation may run, or the lease of a running one ends; undefined: there is none. */
export async function nextOperationDueAt(db: Queries): Promise<number | undefined> {
  const queued = await db
    .selectFrom("operations")
    .select("due_at")
    .where(isQueued)
    .where(isNext)
    .orderBy("due_at")
    .limit(1)
    .executeTakeFirst();
  const running = await db
    .selectFrom("operations")
    .select("lease_until")
    .where(isRunning)
    .orderBy("lease_until")
    .limit(1)
    .executeTakeFirst();
  const times = [queued?.due_at, running?.lease_until].filter((time) => typeof time === "number");
  return times.length === 0 ? undefined : Math.min(...times);
}
