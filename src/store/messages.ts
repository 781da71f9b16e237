import { type Selectable, type SqlBool, sql } from "kysely";
import type { ChannelId } from "../nouns/channel.ts";
import type { Message, MessageKey, MessageState, Slot } from "../nouns/message.ts";
import { present } from "../present.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";
import type { MessageTable } from "./tables/table-types.ts";

/** The verbs that read messages; attempts to deliver one are written down in `settle-message.ts`. */
export function createMessageVerbs(engine: Engine) {
  return {
    messagesOf: (subject) => engine.query((db) => selectMessages(db, subject)),
    findMessageAt: (channel, externalId) =>
      engine.query(async (db) => {
        const row = await db
          .selectFrom("messages")
          .selectAll()
          .where((eb) => eb.and({ channel, external_id: externalId }))
          .limit(1)
          .executeTakeFirst();
        return row === undefined ? undefined : messageOf(row);
      }),
  } satisfies Partial<Store>;
}

/** Every message of a subject, oldest first. */
export async function selectMessages(db: Queries, subject: string): Promise<readonly Message[]> {
  const ofSubject = db.selectFrom("messages").selectAll().where("subject", "=", subject);
  const oldestFirst = ofSubject.orderBy("incarnation").orderBy("created_at");
  return (await oldestFirst.orderBy("channel").orderBy("slot").execute()).map(messageOf);
}

/** Names one row of `messages`. */
export function isMessage(key: MessageKey) {
  return sql<SqlBool>`(subject = ${key.subject} and incarnation = ${key.incarnation}
    and channel = ${key.channel} and slot = ${key.slot})`;
}

/** The message that a row holds. */
export function messageOf(row: Selectable<MessageTable>): Message {
  return present({
    channel: row.channel as ChannelId,
    subject: row.subject,
    incarnation: row.incarnation,
    slot: row.slot as Slot,
    id: row.id,
    state: row.state as MessageState,
    wantedVersion: row.wanted_version,
    shownVersion: row.shown_version,
    dueAt: row.due_at,
    attempts: row.attempts,
    createdAt: row.created_at,
    shownHash: row.shown_hash,
    externalId: row.external_id,
    postBegunAt: row.post_begun_at,
    lastError: row.last_error,
  });
}
