import { type RawBuilder, type SqlBool, sql } from "kysely";
import { type ListedKind, listedKinds, type WorkKind } from "../../nouns/due-work.ts";
import type { Engine, Queries } from "../engine/engine.ts";

/** Now, and the time beyond which nothing is due or leased: what stands there was written by a clock that was wrong. */
export interface WorkTime {
  readonly now: RawBuilder<number>;
  readonly far: RawBuilder<number>;
}

/**
 * Where the items of a kind stand, and what is next. Every such table has `attempts`, `claims`, `lease_token` and
 * `lease_until`; conditions are written letter by letter as its partial indexes have them.
 */
export interface WorkTable {
  readonly table: "due_work" | "messages" | "requests" | "operations";
  readonly key: "key" | "id";
  /** What works off its items in order. */
  readonly lane: "lane" | "channel";
  /** Whose far side several lanes share; absent: each lane has its own. */
  readonly crowd?: "crowd";
  /** Which rows are open; `of` is how the row is called in the query. */
  readonly isOpen: (of: string) => RawBuilder<SqlBool>;
  /** When a row is due. */
  readonly dueAt: (of: string) => RawBuilder<number>;
  /** The column that a put-off row gets its new time in. */
  readonly dueColumn: "due_at" | "expires_at";
  readonly errorColumn: "last_error" | "outcome";
  /** The key of the row that is next in the lane, due or not; by default the one that is due first. */
  readonly head: (lane: RawBuilder<string>, time: WorkTime) => RawBuilder<string | null>;
  /** Columns that a claim changes besides its own. */
  readonly claimed?: (time: WorkTime) => RawBuilder<unknown>;
  /** Columns that a row that is put off gets besides its own. */
  readonly putOff?: RawBuilder<unknown>;
}

/** Whether nobody has the row. */
export function isFree(of: string, { now, far }: WorkTime): RawBuilder<SqlBool> {
  const until = sql.ref(`${of}.lease_until`);
  return sql<SqlBool>`(${until} is null or ${until} <= ${now} or ${until} > ${far})`;
}

/** What is due first; before it what a clock that was wrong would have wait for ever. */
function firstDue(
  table: WorkTable["table"],
  columns: Pick<WorkTable, "key" | "lane" | "isOpen" | "dueAt">,
  tie: string = columns.key,
) {
  const [key, due] = [sql.ref(`w.${columns.key}`), columns.dueAt("w")];
  return (lane: RawBuilder<string>, time: WorkTime) => {
    const inLane = sql`from ${sql.table(table)} w
      where ${columns.isOpen("w")} and ${sql.ref(`w.${columns.lane}`)} = ${lane} and ${isFree("w", time)}`;
    return sql<string | null>`coalesce(
      (select last.item from (select ${key} as item, ${due} as at ${inLane} order by ${due} desc limit 1) last
        where last.at > ${time.far}),
      (select ${key} ${inLane} order by ${due}, ${sql.ref(`w.${tie}`)} limit 1))`;
  };
}

function listed(kind: ListedKind): WorkTable {
  const columns = {
    key: "key",
    lane: "lane",
    isOpen: (of: string) => sql<SqlBool>`${sql.ref(`${of}.kind`)} = ${sql.lit(kind)}`,
    dueAt: (of: string) => sql<number>`${sql.ref(`${of}.due_at`)}`,
  } as const;
  return {
    table: "due_work",
    ...columns,
    dueColumn: "due_at",
    errorColumn: "last_error",
    head: firstDue("due_work", columns),
  };
}

const requestColumns = {
  key: "id",
  lane: "lane",
  isOpen: (of: string) => sql<SqlBool>`${sql.ref(`${of}.verdict`)} is null`,
  dueAt: (of: string) => sql<number>`${sql.ref(`${of}.due_at`)}`,
} as const;

const requests: WorkTable = {
  table: "requests",
  ...requestColumns,
  dueColumn: "due_at",
  errorColumn: "last_error",
  head: firstDue("requests", requestColumns),
};

const isClaimable = (of: string) => sql<SqlBool>`${sql.ref(`${of}.claimable`)} = 1`;

const messageColumns = {
  key: "id",
  lane: "channel",
  isOpen: isClaimable,
  dueAt: (of: string) => sql<number>`${sql.ref(`${of}.due_at`)}`,
} as const;

const messages: WorkTable = {
  table: "messages",
  ...messageColumns,
  dueColumn: "due_at",
  errorColumn: "last_error",
  // The oldest, of cards that the registry has confirmed first; instead of a reply its root, if that is due too.
  head: (lane, time) => sql<string | null>`(
    select coalesce((
      select r.id from messages r where w.slot <> 'root' and r.subject = w.subject and r.incarnation = w.incarnation
        and r.channel = w.channel and r.slot = 'root' and ${isClaimable("r")}
        and (r.due_at <= ${time.now} or r.due_at > ${time.far}) and ${isFree("r", time)}), w.id)
    from messages w where w.id = coalesce(
      (select w.id from messages w where ${isClaimable("w")} and w.unconfirmed = 0 and w.channel = ${lane}
        and w.due_at <= ${time.now} and ${isFree("w", time)} order by w.due_at, w.created_at limit 1),
      ${firstDue("messages", messageColumns, "created_at")(lane, time)}))`,
  // A post was begun and nobody wrote how it ended: whoever did is dead.
  claimed: () => sql`state = case when post_begun_at is null then state else 'in-doubt' end`,
  // A post that was begun and not seen to end may be there: whoever knows better has said so (`forgetPost`).
  putOff: sql`state = case when post_begun_at is null then state else 'in-doubt' end`,
};

const isInLane = (of: string) =>
  sql<SqlBool>`(${sql.ref(`${of}.finished_at`)} is null and ${sql.ref(`${of}.state`)} <> 'awaiting-approval')`;
const isHeld = (of: string) => sql<SqlBool>`${sql.ref(`${of}.state`)} in ('running', 'cancelling')`;

// A lane works one operation off after the other, in the order in which they were queued: one that was put off holds
// its place, so that an older deploy never comes in after a newer one. What awaits approval stands in no lane yet. The
// placement counts too, for the configuration may have given its operations other lanes meanwhile.
const operations: WorkTable = {
  table: "operations",
  key: "id",
  lane: "lane",
  crowd: "crowd",
  isOpen: isInLane,
  // When one that runs was due says nothing any more: it is taken up when its lease is over.
  dueAt: (of) => sql<number>`case when ${sql.ref(`${of}.state`)} = 'running'
    then coalesce(${sql.ref(`${of}.lease_until`)}, 0) else ${sql.ref(`${of}.due_at`)} end`,
  dueColumn: "due_at",
  errorColumn: "outcome",
  head: (lane) => sql<string | null>`coalesce(
    (select w.id from operations w where ${isHeld("w")} and w.lane = ${lane} limit 1),
    (select next.id from (select q.id, q.placement_key, q.queued_at from operations q
        where ${isInLane("q")} and q.lane = ${lane} order by q.queued_at, q.id limit 1) next
      where not exists (select 1 from operations o
          where ${isHeld("o")} and o.placement_key = next.placement_key and o.id <> next.id)
        and not exists (select 1 from operations o where ${isInLane("o")} and o.placement_key = next.placement_key
          and (o.queued_at, o.id) < (next.queued_at, next.id))))`,
  claimed: ({ now }) => sql`state = case when state = 'queued' then 'running' else state end,
    started_at = coalesce(started_at, ${now})`,
  // One that is being cancelled stays so and keeps its lane; every other one waits in it again.
  putOff: sql`state = case when state = 'cancelling' then state else 'queued' end`,
};

const expiringColumns = {
  key: "id",
  lane: "lane",
  isOpen: (of: string) =>
    sql<SqlBool>`(${sql.ref(`${of}.state`)} = 'awaiting-approval' and ${sql.ref(`${of}.expires_at`)} is not null)`,
  dueAt: (of: string) => sql<number>`${sql.ref(`${of}.expires_at`)}`,
} as const;

const expiring: WorkTable = {
  table: "operations",
  ...expiringColumns,
  dueColumn: "expires_at",
  errorColumn: "outcome",
  head: firstDue("operations", expiringColumns),
};

const lists = Object.fromEntries(listedKinds.map((kind) => [kind, listed(kind)])) as Record<
  ListedKind,
  WorkTable
>;

/** Where each kind of due work stands. */
export const workTables: Readonly<Record<WorkKind, WorkTable>> = {
  ...lists,
  decide: requests,
  deliver: messages,
  operate: operations,
  expire: expiring,
};

/**
 * Frees every lease. Only for a store that this process holds alone: whoever held them is dead, and what they had
 * begun is claimable at once.
 */
export async function voidLeases(engine: Engine): Promise<void> {
  const free = async (tx: Queries, table: WorkTable["table"]) => {
    await sql`update ${sql.table(table)} set lease_token = null, lease_until = null where lease_token is not null`.execute(
      tx,
    );
  };
  await engine.transaction(async (tx) => {
    for (const table of new Set(Object.values(workTables).map(({ table }) => table))) await free(tx, table);
  });
}
