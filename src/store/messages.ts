import { randomUUID } from "node:crypto";
import { type Selectable, type SqlBool, sql } from "kysely";
import type { ChannelId } from "../nouns/channel.ts";
import type { Message, MessageKey, MessageState, Slot } from "../nouns/message.ts";
import { isClaimable } from "./cards.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { isUnleased, leaseEnd } from "./engine/leases.ts";
import type { ClaimedMessage, Store } from "./store.ts";
import type { MessageTable } from "./tables/table-types.ts";

type MessageVerbs = Pick<
  Store,
  "findDueChannels" | "nextMessageDueAt" | "claimMessage" | "beginPost" | "messagesOf" | "findMessageAt"
>;

/** The verbs by which delivery finds its work; how an attempt ended is written in `settle-message.ts`. */
export function createMessageVerbs(engine: Engine): MessageVerbs {
  return {
    findDueChannels: (now) => engine.query((db) => findDueChannels(engine, db, now)),
    nextMessageDueAt: () => engine.query(nextDueAt),
    claimMessage: (channel, now, leaseMs) =>
      engine.transaction((tx) => claim(engine, tx, channel, now, leaseMs)),
    beginPost: (key, lease, at) =>
      engine.query(async (db) => {
        const { numUpdatedRows } = await db
          .updateTable("messages")
          .set({ post_begun_at: at })
          .where(isMessage(key))
          .where("lease_token", "=", lease)
          // Also when nobody else has claimed it yet: it may be claimed while the post is under way.
          .where(sql<SqlBool>`lease_until > ${engine.leaseClock()}`)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
    messagesOf: (subject) => engine.query((db) => selectMessages(db, subject)),
    findMessageAt: (channel, externalId) =>
      engine.query(async (db) => {
        const row = await db
          .selectFrom("messages")
          .selectAll()
          .where("channel", "=", channel)
          .where("external_id", "=", externalId)
          .limit(1)
          .executeTakeFirst();
        return row === undefined ? undefined : messageOf(row);
      }),
  };
}

/** All messages of a subject, the oldest incarnation first. */
export async function selectMessages(db: Queries, subject: string): Promise<readonly Message[]> {
  const rows = await db
    .selectFrom("messages")
    .selectAll()
    .where("subject", "=", subject)
    .orderBy("incarnation")
    .orderBy("created_at")
    .orderBy("channel")
    .orderBy("slot")
    .execute();
  return rows.map(messageOf);
}

/** Steps from channel to channel along the index of what is due, so that it costs the same however much waits. */
async function findDueChannels(engine: Engine, db: Queries, now: number): Promise<readonly ChannelId[]> {
  const due: ChannelId[] = [];
  let after = "";
  for (;;) {
    const first = await db
      .selectFrom("messages")
      .select([
        "channel",
        "due_at",
        sql<number>`case when ${isUnleased(engine)} then 1 else 0 end`.as("free"),
      ])
      .where(isClaimable)
      .where("channel", ">", after)
      .orderBy("channel")
      .orderBy("due_at")
      .limit(1)
      .executeTakeFirst();
    if (first === undefined) return due;
    after = first.channel;
    if (first.due_at > now) continue;
    if (first.free === 1 || (await findDue(engine, db, first.channel, now)) !== undefined) {
      due.push(first.channel as ChannelId);
    }
  }
}

async function nextDueAt(db: Queries): Promise<number | undefined> {
  const free = await db
    .selectFrom("messages")
    .select("due_at")
    .where(isClaimable)
    .where("lease_until", "is", null)
    .orderBy("due_at")
    .limit(1)
    .executeTakeFirst();
  const leased = await db
    .selectFrom("messages")
    .select("lease_until")
    .where("lease_until", "is not", null)
    .where(isClaimable)
    .orderBy("lease_until")
    .limit(1)
    .executeTakeFirst();
  const times = [free?.due_at, leased?.lease_until].filter((time) => typeof time === "number");
  return times.length === 0 ? undefined : Math.min(...times);
}

async function claim(
  engine: Engine,
  tx: Queries,
  channel: ChannelId,
  now: number,
  leaseMs: number,
): Promise<ClaimedMessage | undefined> {
  const oldest = await findDue(engine, tx, channel, now, true);
  if (oldest === undefined) return undefined;
  const chosen = oldest.slot === "root" ? oldest : ((await findDueRoot(engine, tx, oldest, now)) ?? oldest);
  const lease = randomUUID();
  const row = await tx
    .updateTable("messages")
    .set({
      lease_token: lease,
      lease_until: leaseEnd(engine, leaseMs),
      // A post was begun and nobody wrote how it ended: whoever did is dead.
      state: sql<string>`case when post_begun_at is null then state else 'in-doubt' end`,
    })
    .where(isMessage(keyOf(chosen)))
    .returningAll()
    .executeTakeFirstOrThrow();
  return { message: messageOf(row), lease };
}

async function findDue(engine: Engine, db: Queries, channel: string, now: number, forClaim = false) {
  return await db
    .selectFrom("messages")
    .selectAll()
    .where(isClaimable)
    .where("channel", "=", channel)
    .where("due_at", "<=", now)
    .where(isUnleased(engine))
    .orderBy("due_at")
    .orderBy("created_at")
    .limit(1)
    .$if(forClaim && engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
}

async function findDueRoot(engine: Engine, tx: Queries, reply: Selectable<MessageTable>, now: number) {
  return await tx
    .selectFrom("messages")
    .selectAll()
    .where(isMessage({ ...keyOf(reply), slot: "root" }))
    .where(isClaimable)
    .where("due_at", "<=", now)
    .where(isUnleased(engine))
    .$if(engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .executeTakeFirst();
}

/** Names one row of `messages`. */
export function isMessage(key: MessageKey) {
  return sql<SqlBool>`(subject = ${key.subject} and incarnation = ${key.incarnation}
    and channel = ${key.channel} and slot = ${key.slot})`;
}

function keyOf(row: Selectable<MessageTable>): MessageKey {
  return {
    channel: row.channel as ChannelId,
    subject: row.subject,
    incarnation: row.incarnation,
    slot: row.slot as Slot,
  };
}

function messageOf(row: Selectable<MessageTable>): Message {
  return {
    ...keyOf(row),
    id: row.id,
    state: row.state as MessageState,
    wantedVersion: row.wanted_version,
    shownVersion: row.shown_version,
    dueAt: row.due_at,
    attempts: row.attempts,
    createdAt: row.created_at,
    ...(row.shown_hash === null ? {} : { shownHash: row.shown_hash }),
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    ...(row.post_begun_at === null ? {} : { postBegunAt: row.post_begun_at }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
  };
}
