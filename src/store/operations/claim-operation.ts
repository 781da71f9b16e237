import { randomUUID } from "node:crypto";
import { type SqlBool, sql } from "kysely";
import type { Engine, Queries } from "../engine/engine.ts";
import { leaseEnd } from "../engine/leases.ts";
import type { ClaimedOperation } from "../store.ts";
import { subjectsOf, touchCards } from "../touch-cards.ts";
import { operationOf } from "./operation-row.ts";

// A lane works one operation off after the other, in the order in which they were queued: one that was put off holds
// its place, so that an older deploy never comes in after a newer one. What awaits approval stands in no lane yet. The
// placement counts too, for the configuration may have given its operations other lanes meanwhile.
const isNext = sql<SqlBool>`(${noneBefore("lane")} and ${noneBefore("placement_key")})`;
const isQueued = sql<SqlBool>`state = 'queued'`;
/** Its lane is taken, whether or not its runner lives; a partial index has these words. */
export const isHeld = sql<SqlBool>`state in ('running', 'cancelling')`;
/** Waits for votes; partial indexes have these words. */
export const isAwaiting = sql<SqlBool>`state = 'awaiting-approval'`;

function noneBefore(column: "lane" | "placement_key") {
  const same = sql.ref(`operations.${column}`);
  return sql<SqlBool>`not exists (
    select 1 from operations other
    where other.${sql.ref(column)} = ${same} and other.finished_at is null and other.id <> operations.id
      and other.state <> 'awaiting-approval'
      and (other.state <> 'queued' or other.queued_at < operations.queued_at
        or (other.queued_at = operations.queued_at and other.id < operations.id)))`;
}

// When one that runs was due says nothing any more, and by a clock that was set back it may not have come yet.
const whenHeldIsDue = sql<number>`case
  when state = 'cancelling' and due_at > lease_until then due_at else lease_until end`;

interface Claim {
  readonly now: number;
  readonly leaseMs: number;
  readonly busyTargets: readonly string[];
}

/** Leases one operation: first one whose runner died, else the oldest that is due and next in its lane. */
export async function claimOperation(
  engine: Engine,
  tx: Queries,
  { now, leaseMs, busyTargets }: Claim,
): Promise<ClaimedOperation | undefined> {
  const found = (await findOrphan(engine, tx, now)) ?? (await findDue(engine, tx, now, busyTargets));
  if (found === undefined) return undefined;
  const lease = randomUUID();
  const row = await tx
    .updateTable("operations")
    .set({
      state: sql<string>`case when state = 'queued' then 'running' else state end`,
      attempts: sql<number>`attempts + 1`,
      started_at: sql<number>`coalesce(started_at, cast(${now} as bigint))`,
      lease_token: lease,
      lease_until: leaseEnd(engine, leaseMs),
    })
    .where("id", "=", found.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  const operation = operationOf(row);
  await touchCards(tx, subjectsOf(operation), now);
  return { operation, lease };
}

/** One that holds its lane and nobody runs: its runner died, or it is being cancelled and was put off until now. */
async function findOrphan(engine: Engine, tx: Queries, now: number) {
  return await tx
    .selectFrom("operations")
    .select("id")
    .where(isHeld)
    .where(sql<SqlBool>`lease_until <= ${engine.leaseClock()}`)
    .where(sql<SqlBool>`(state = 'running' or due_at <= ${now})`)
    .orderBy("lease_until")
    .limit(1)
    .$if(engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
}

async function findDue(engine: Engine, tx: Queries, now: number, busyTargets: readonly string[]) {
  return await tx
    .selectFrom("operations")
    .select("id")
    .where(isQueued)
    .where("due_at", "<=", now)
    .where(isNext)
    // A placement's key begins with its target's name, which holds no wildcard (config/parts/grammar.ts).
    .where((eb) => eb.and(busyTargets.map((target) => eb("placement_key", "not like", `${target}/%`))))
    .orderBy("due_at")
    .orderBy("requested_at")
    .limit(1)
    .$if(engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
}

/**
 * When the next operation may run, the lease of a running one ends, or one that awaits approval expires; undefined:
 * there is none of them.
 */
export async function nextOperationDueAt(db: Queries): Promise<number | undefined> {
  const queued = await db
    .selectFrom("operations")
    .select("due_at as at")
    .where(isQueued)
    .where(isNext)
    .orderBy("due_at")
    .limit(1)
    .executeTakeFirst();
  const held = await db
    .selectFrom("operations")
    .select(sql<number | null>`min(${whenHeldIsDue})`.as("at"))
    .where(isHeld)
    .executeTakeFirst();
  const expiring = await db
    .selectFrom("operations")
    .select("expires_at as at")
    .where(isAwaiting)
    .where("expires_at", "is not", null)
    .orderBy("expires_at")
    .limit(1)
    .executeTakeFirst();
  const times = [queued?.at, held?.at, expiring?.at].filter((time) => typeof time === "number");
  return times.length === 0 ? undefined : Math.min(...times);
}
