import { randomUUID } from "node:crypto";
import { type SqlBool, sql } from "kysely";
import { keyOfSubject, subjectOf } from "../nouns/artifact.ts";
import type { ChannelKind } from "../nouns/channel.ts";
import type { MessageKey } from "../nouns/message.ts";
import { cardsOf, type Operation } from "../nouns/operation.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { markWork } from "./engine/work-marks.ts";
import { isMessage } from "./messages.ts";
import type { Store, WantedMessage } from "./store.ts";
import type { Schema } from "./tables/table-types.ts";

/** The verbs by which a card becomes wanted: the only ways there are. */
export function createCardVerbs(engine: Engine) {
  return {
    touch: (subject, dueAt) => engine.query((db) => touchRoots(engine, db, subject, dueAt)),
    wantMessages: async (wishes) => {
      if (wishes.length === 0) return;
      await engine.transaction((tx) => insertMessages(engine, tx, wishes));
    },
    wakeWaiting: (kind, dueAt) => engine.query((db) => wake(engine, db, kind, dueAt)),
  } satisfies Partial<Store>;
}

// Calls for approval and suggestions say how far they are, once they were posted; other replies say what was.
const livesOn = sql<SqlBool>`(slot = 'root'
  or (state = 'shown' and (slot like 'approval:%' or slot like 'suggestion:%')))`;

/**
 * Marks the roots, and the replies that live on, of the subject's current incarnation as wanted anew by `dueAt`. One that waits already falls due
 * at the earlier of both times, except after a failed attempt: a touch must not cut a `Retry-After` short.
 */
export async function touchRoots(engine: Engine, db: Queries, subject: string, dueAt: number): Promise<void> {
  const due = engine.dueAt(dueAt);
  markWork(db, "deliver");
  const { registry, repository, digest } = keyOfSubject(subject);
  const artifact = db
    .selectFrom("artifacts")
    .select("incarnation")
    .where((eb) => eb.and({ registry, repository, digest }));
  const newest = db
    .selectFrom("messages as newest")
    .select((eb) => eb.fn.max("newest.incarnation").as("incarnation"))
    .where("newest.subject", "=", subject);
  await db
    .updateTable("messages")
    .set({
      wanted_version: sql<number>`wanted_version + 1`,
      claimable: 1,
      due_at: sql<number>`case
        when wanted_version > shown_version and lease_token is null and (due_at < ${due} or attempts > 0)
        then due_at else cast(${due} as bigint) end`,
    })
    .where("subject", "=", subject)
    .where(livesOn)
    .where("state", "in", ["waiting", "shown", "in-doubt"])
    .where("incarnation", "=", sql<number>`coalesce((${artifact}), (${newest}))`)
    .execute();
}

/** Subjects of the cards that show an operation. */
export function subjectsOf(operation: Operation): readonly string[] {
  return cardsOf(operation).map(subjectOf);
}

/** Marks the roots of each subject once, in one order for all, so that no two transactions wait for each other. */
export async function touchCards(
  engine: Engine,
  db: Queries,
  subjects: Iterable<string>,
  at: number,
): Promise<void> {
  for (const subject of [...new Set(subjects)].sort()) await touchRoots(engine, db, subject, at);
}

/** Makes messages that do not exist yet; those that do stay as they are. */
export async function insertMessages(
  engine: Engine,
  db: Queries,
  wishes: readonly WantedMessage[],
): Promise<void> {
  if (wishes.length > 0) markWork(db, "deliver");
  for (const wish of wishes) {
    if (wish.slot !== "root" && !(await exists(db, wish))) await reviveGoneRoot(engine, db, wish);
    await db
      .insertInto("messages")
      .values({
        subject: wish.subject,
        incarnation: wish.incarnation,
        channel: wish.channel,
        slot: wish.slot,
        id: randomUUID(),
        state: "waiting",
        wanted_version: 1,
        shown_version: 0,
        due_at: engine.dueAt(wish.dueAt),
        attempts: 0,
        created_at: engine.now(),
        claimable: wish.slot === "root" || (await mayReply(engine, db, wish)) ? 1 : 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function wake(engine: Engine, db: Queries, kind: ChannelKind, dueAt: number): Promise<void> {
  const due = engine.dueAt(dueAt);
  markWork(db, "deliver");
  await db
    .updateTable("messages")
    .set({ due_at: due })
    // As the partial index has it.
    .where(sql<SqlBool>`claimable = 1`)
    // A range, so that the index of claimable messages serves it: no id of another kind begins so.
    .where("channel", ">=", `${kind}:`)
    .where("channel", "<", `${kind};`)
    .where("state", "=", "waiting")
    .where("due_at", ">", due)
    .where("lease_token", "is", null)
    .execute();
}

async function exists(db: Queries, key: MessageKey): Promise<boolean> {
  const row = await db.selectFrom("messages").select("id").where(isMessage(key)).executeTakeFirst();
  return row !== undefined;
}

/** A card that can no longer be edited goes on as a new one when something deserves attention; its reply waits for it. */
async function reviveGoneRoot(engine: Engine, db: Queries, reply: WantedMessage): Promise<void> {
  await db
    .updateTable("messages")
    .set({
      // A new id: the old one's metadata may still be found in the channel.
      id: randomUUID(),
      state: "waiting",
      wanted_version: sql<number>`wanted_version + 1`,
      shown_version: 0,
      shown_hash: null,
      external_id: null,
      post_begun_at: null,
      attempts: 0,
      due_at: engine.dueAt(reply.dueAt),
      claimable: 1,
    })
    .where(isMessage({ ...reply, slot: "root" }))
    .where("state", "=", "gone")
    .execute();
}

/** Lets the replies go that waited for their root, because it is posted, or never will be. */
export async function freeReplies(
  db: Queries,
  { subject, incarnation, channel }: Pick<Schema["messages"], "subject" | "incarnation" | "channel">,
): Promise<void> {
  markWork(db, "deliver");
  await db
    .updateTable("messages")
    .set({ claimable: 1 })
    .where((eb) => eb.and({ subject, incarnation, channel, claimable: 0 }))
    .where("slot", "!=", "root")
    .where("state", "in", ["waiting", "in-doubt"])
    .execute();
}

/**
 * Forgets the roots of a subject that nobody has begun to post: an index or a subject claimed it, and it shows there.
 */
export async function removeUnbegunRoots(db: Queries, subject: string): Promise<void> {
  const removed = await db
    .deleteFrom("messages")
    .where((eb) => eb.and({ subject, slot: "root", state: "waiting" }))
    .where("post_begun_at", "is", null)
    .returning(["subject", "incarnation", "channel"])
    .execute();
  for (const root of removed) await freeReplies(db, root);
}

/** A reply waits until its root is posted; it goes alone where there is no root, or one that can get no reply. */
async function mayReply(engine: Engine, db: Queries, wish: MessageKey): Promise<boolean> {
  const root = await db
    .selectFrom("messages")
    .select(["external_id", "state"])
    .where(isMessage({ ...wish, slot: "root" }))
    // Whoever settles the root waits for this transaction, and then frees the reply that it wrote.
    .$if(engine.kind === "postgres", (query) => query.forUpdate())
    .executeTakeFirst();
  return root === undefined || root.external_id !== null || !["waiting", "in-doubt"].includes(root.state);
}
