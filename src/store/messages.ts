import { type Selectable, type SqlBool, sql } from "kysely";
import type { ChannelId } from "../nouns/channel.ts";
import type { Message, MessageKey, MessageState, Slot } from "../nouns/message.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";
import type { MessageTable } from "./tables/table-types.ts";

type MessageVerbs = Pick<Store, "beginPost" | "forgetPost" | "messagesOf" | "findMessageAt">;

/** The verbs that read messages; how an attempt to deliver one ended is written in `settle-message.ts`. */
export function createMessageVerbs(engine: Engine): MessageVerbs {
  return {
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
    forgetPost: (key, lease) =>
      engine.query(async (db) => {
        await db
          .updateTable("messages")
          .set({
            post_begun_at: null,
            state: sql<string>`case when state = 'in-doubt' then 'waiting' else state end`,
          })
          .where(isMessage(key))
          .where("lease_token", "=", lease)
          .execute();
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

/** The message that a row holds. */
export function messageOf(row: Selectable<MessageTable>): Message {
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
