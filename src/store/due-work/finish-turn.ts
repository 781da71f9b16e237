import { sql } from "kysely";
import type { PutOff, Serves, WorkClaim, WorkCount, WorkKind } from "../../nouns/due-work.ts";
import { haltSubject, lockSubject } from "../../nouns/message.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { type ClaimedRow, servedBy } from "./claim-due.ts";
import { isFree, type WorkTable, workTables } from "./work-tables.ts";

/** The lease lasts `leaseMs` from now. False: somebody else has the item, or the lease is over. */
export async function renewLease(
  engine: Engine,
  db: Queries,
  kind: WorkKind,
  claim: WorkClaim,
  leaseMs: number,
): Promise<boolean> {
  const work = workTables[kind];
  const clock = engine.leaseClock();
  const { numAffectedRows } = await sql`update ${sql.table(work.table)}
    set lease_until = ${clock} + cast(${leaseMs} as bigint)
    where ${isOwn(work, claim)} and lease_until > ${clock}`.execute(db);
  return numAffectedRows === 1n;
}

/** Gives the item back, due again later; gives its row, or undefined if the lease was lost. */
export async function putOff(
  engine: Engine,
  db: Queries,
  kind: WorkKind,
  claim: WorkClaim,
  { afterMs, error, isFresh }: PutOff,
): Promise<ClaimedRow | undefined> {
  const work = workTables[kind];
  const due = sql.ref(work.dueColumn);
  const at = sql`${engine.leaseClock()} + cast(${Math.ceil(afterMs)} as bigint)`;
  // What came while it was worked on keeps its own time; after a failure it waits like the rest (`wantWork`).
  const changed =
    work.table === "due_work" && error === undefined ? sql`version <> ${claim.version}` : sql`false`;
  const told = sql.ref(work.errorColumn);
  const { rows } =
    await sql<ClaimedRow>`update ${sql.table(work.table)} set lease_token = null, lease_until = null,
      claims = 0, attempts = ${isFresh === true ? sql`0` : sql`attempts + ${error === undefined ? 0 : 1}`},
      ${told} = ${error === undefined ? (isFresh === true ? sql`null` : told) : error},
      ${due} = case when ${changed} then ${due} else ${at} end
      ${work.putOff === undefined ? sql`` : sql`, ${work.putOff}`}
    where ${isOwn(work, claim)} returning *`.execute(db);
  return rows[0];
}

/** Strikes a listed item off, unless something came meanwhile: then it is due when that said. False: lease lost. */
export async function strikeOff(
  engine: Engine,
  db: Queries,
  kind: WorkKind,
  claim: WorkClaim,
): Promise<boolean> {
  const work = workTables[kind];
  const { numAffectedRows } =
    await sql`delete from due_work where ${isOwn(work, claim)} and version = ${claim.version}`.execute(db);
  if (numAffectedRows === 1n) return true;
  return (await putOff(engine, db, kind, claim, { afterMs: 0, isFresh: true })) !== undefined;
}

/** How much of a kind is open. Reads all that is open, which is for an operator who looks, not for a loop. */
export async function countWork(
  engine: Engine,
  db: Queries,
  kind: WorkKind,
  serves: Serves,
): Promise<WorkCount> {
  const work = workTables[kind];
  const clock = engine.leaseClock();
  const served = sql`(${servedBy(sql.ref(`w.${work.crowd ?? work.lane}`), serves)} and ${hasRegistry(serves)})`;
  const due = sql`${served} and ${isFree("w", { now: clock, far: sql.lit(Number.MAX_SAFE_INTEGER) })} and ${work.dueAt("w")} <= ${clock}`;
  const { rows } = await sql<Record<"due" | "running" | "parked" | "failing" | "oldest", number | null>>`
    select count(*) filter (where ${due}) as due,
      count(*) filter (where w.lease_token is not null and w.lease_until > ${clock}) as running,
      count(*) filter (where not ${served}) as parked,
      count(*) filter (where ${served} and w.attempts > 0) as failing,
      ${clock} - min(case when ${due} then ${work.dueAt("w")} end) as oldest
    from ${sql.table(work.table)} w where ${work.isOpen("w")}`.execute(db);
  const row = rows[0];
  return {
    due: row?.due ?? 0,
    running: row?.running ?? 0,
    parked: row?.parked ?? 0,
    failing: row?.failing ?? 0,
    oldestDueMs: row?.oldest ?? 0,
  };
}

function hasRegistry(serves: Serves) {
  if (serves.by !== "prefix" || serves.registries === undefined) return sql`true`;
  const prefixes = serves.registries.map((registry) => `${registry}/`);
  return servedBy(sql.ref("w.subject"), { by: "prefix", prefixes, names: [lockSubject, haltSubject] });
}

function isOwn(work: WorkTable, { key, lease }: WorkClaim) {
  return sql`${work.isOpen(work.table)} and ${sql.ref(work.key)} = ${key} and lease_token = ${lease}`;
}
