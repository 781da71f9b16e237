import { randomUUID } from "node:crypto";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { ClaimWish, LeaseToken, Serves, WorkKind } from "../../nouns/due-work.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { isFree, type WorkTable, type WorkTime, workTables } from "./work-tables.ts";

/** A row of a kind's table, with the columns that all of them have. */
export interface ClaimedRow {
  readonly attempts: number;
  readonly claims: number;
  readonly version?: number;
  readonly lease_token: LeaseToken;
  readonly [column: string]: unknown;
}

/**
 * Leases the next item of each lane that is due, the longest due first: one statement whose cost grows with the lanes
 * that have something open, not with the rows. Claims of one kind go one after the other, so that the limits hold over
 * all processes.
 */
export async function claimDue(
  engine: Engine,
  tx: Queries,
  kind: WorkKind,
  wish: ClaimWish,
): Promise<readonly ClaimedRow[]> {
  const work = workTables[kind];
  await engine.lock(tx, [`claim ${kind}`]);
  const time = timeOf(engine, wish);
  const key = sql.ref(work.key);
  const table = sql.table(work.table);
  const chosen = sql`select item from chosen order by due_at, item limit ${wish.limit}`;
  const { rows } = await sql<ClaimedRow>`${chosenOf(work, wish, time)}
    update ${table} set lease_token = ${randomUUID()}, lease_until = ${time.now} + cast(${wish.leaseMs} as bigint),
      claims = claims + 1${work.claimed === undefined ? sql`` : sql`, ${work.claimed(time)}`}
    where ${work.isOpen(work.table)} and ${key} in (${
      engine.kind === "sqlite"
        ? chosen
        : // Whoever changes a row just now does not wait for this claim, nor this claim for them.
          sql`select ${key} from ${table} where ${work.isOpen(work.table)} and ${key} in (${chosen}) for update skip locked`
    }) returning *`.execute(tx);
  const due = (row: ClaimedRow) => Number(row[work.dueColumn]);
  return [...rows].sort((a, b) => due(a) - due(b) || (String(a[work.key]) < String(b[work.key]) ? -1 : 1));
}

/** How long until the next item of the kind is due, in ms, 0 if one is; undefined: none that could be claimed waits. */
export async function nextDueIn(
  engine: Engine,
  db: Queries,
  kind: WorkKind,
  wish: ClaimWish,
): Promise<number | undefined> {
  const work = workTables[kind];
  const time = timeOf(engine, wish);
  const { rows } = await sql<{ wait: number | null }>`${headsOf(work, wish, time)}
    select min(${dueOf(work, time)}) - ${time.now} as wait
    from heads join ${sql.table(work.table)} w on ${sql.ref(`w.${work.key}`)} = heads.item
    where ${work.isOpen("w")} and ${isServed(work, wish, time)}`.execute(db);
  const wait = rows[0]?.wait;
  return typeof wait === "number" ? Math.max(0, wait) : undefined;
}

function timeOf(engine: Engine, { longestPauseMs }: ClaimWish): WorkTime {
  const now = engine.leaseClock();
  return { now, far: sql<number>`${now} + cast(${longestPauseMs} as bigint)` };
}

/** The next item of each lane that has room for it, due or not. */
function headsOf(work: WorkTable, wish: ClaimWish, time: WorkTime) {
  const table = sql.table(work.table);
  const lane = sql.ref(`w.${work.lane}`);
  const passed = wish.passOver.length === 0 ? sql`true` : sql`lanes.lane not in (${sql.join(wish.passOver)})`;
  // Steps along the index from lane to lane, however many rows stand in each.
  return sql`with recursive lanes(lane) as (
      select (select ${lane} from ${table} w where ${work.isOpen("w")} order by ${lane} limit 1)
      union all
      select (select ${lane} from ${table} w where ${work.isOpen("w")} and ${lane} > lanes.lane order by ${lane} limit 1)
      from lanes where lanes.lane is not null
    ), heads(item) as (
      select ${work.head(sql<string>`lanes.lane`, time)} from lanes
      where lanes.lane is not null and ${passed} and ${leasedOf(work, "lane", sql`lanes.lane`, time)} < ${wish.perLane}
    )`;
}

function chosenOf(work: WorkTable, wish: ClaimWish, time: WorkTime) {
  const key = sql.ref(`w.${work.key}`);
  const due = dueOf(work, time);
  const crowd = work.crowd === undefined ? sql`''` : sql.ref(`w.${work.crowd}`);
  const room =
    work.crowd === undefined || wish.perCrowd === undefined
      ? sql`true`
      : sql`place <= ${wish.perCrowd} - ${leasedOf(work, "crowd", sql`ready.crowd`, time)}`;
  return sql`${headsOf(work, wish, time)}, ready as (
      select ${key} as item, ${due} as due_at, ${crowd} as crowd,
        row_number() over (partition by ${crowd} order by ${due}, ${key}) as place
      from heads join ${sql.table(work.table)} w on ${key} = heads.item
      where ${work.isOpen("w")} and ${isFree("w", time)} and ${due} <= ${time.now} and ${isServed(work, wish, time)}
    ), chosen as (select item, due_at from ready where ${room})`;
}

/** When a row is due; a time that no pause reaches was written by a clock that was wrong, and is now. */
function dueOf(work: WorkTable, { now, far }: WorkTime) {
  const at = work.dueAt("w");
  return sql<number>`case when ${at} > ${far} then ${now} else ${at} end`;
}

/** How many items of a lane or crowd somebody has now. */
function leasedOf(work: WorkTable, by: "lane" | "crowd", value: RawBuilder<unknown>, { now, far }: WorkTime) {
  const column = sql.ref(`l.${by === "crowd" && work.crowd !== undefined ? work.crowd : work.lane}`);
  return sql<number>`(select count(*) from ${sql.table(work.table)} l
    where ${work.isOpen("l")} and l.lease_token is not null and ${column} = ${value}
      and l.lease_until > ${now} and l.lease_until <= ${far})`;
}

/** Whether this process serves a row, or nobody has for so long that it is to be ended. */
function isServed(work: WorkTable, wish: ClaimWish, { now }: WorkTime): RawBuilder<SqlBool> {
  const served = servedBy(sql.ref(`w.${work.crowd ?? work.lane}`), wish.serves);
  if (wish.unservedAfterMs === undefined) return served;
  const longAgo = sql`${work.dueAt("w")} <= ${now} - cast(${wish.unservedAfterMs} as bigint)`;
  return sql<SqlBool>`(${served} or ${longAgo})`;
}

/** Whether what stands in `column` is served. */
export function servedBy(column: RawBuilder<unknown>, serves: Serves): RawBuilder<SqlBool> {
  switch (serves.by) {
    case "everything":
      return sql<SqlBool>`true`;
    case "name":
      return namedIn(column, serves.names);
    case "prefix": {
      const ranges = serves.prefixes.map((prefix) => {
        const length = sql.lit(prefix.length);
        return sql<SqlBool>`substr(${column}, 1, ${length}) = ${prefix}`;
      });
      return sql<SqlBool>`(${sql.join([...ranges, namedIn(column, serves.names)], sql` or `)})`;
    }
    default:
      return serves satisfies never;
  }
}

function namedIn(column: RawBuilder<unknown>, names: readonly string[]): RawBuilder<SqlBool> {
  return names.length === 0 ? sql<SqlBool>`false` : sql<SqlBool>`${column} in (${sql.join([...names])})`;
}
