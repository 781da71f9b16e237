import { type SqlBool, sql } from "kysely";
import { keyOfSubject } from "../nouns/artifact.ts";
import type { ChannelId } from "../nouns/channel.ts";
import { insertMessages } from "./cards.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { markWork } from "./engine/work-marks.ts";
import { isMessage } from "./messages.ts";
import type { Store, WantedMessage } from "./store.ts";

/** How long more held cards wait until the line that counts them is edited. */
const lineDebounceMs = 60_000;
const hourMs = 60 * 60_000;

/** The verbs of cards that no registry has confirmed: so many of each registry in a channel and an hour. */
export function createUnconfirmedVerbs(engine: Engine) {
  return {
    countIn: (key, lease, { since, most, at }) =>
      engine.transaction(async (tx) => {
        const own = await tx
          .selectFrom("messages")
          .select("counted_at")
          .where(isMessage(key))
          .where("lease_token", "=", lease)
          .executeTakeFirst();
        if (own === undefined) return false;
        if (own.counted_at !== null && own.counted_at >= since) return true;
        const { registry } = keyOfSubject(key.subject);
        if ((await countSince(tx, "counted_at", { channel: key.channel, registry, since, most })) >= most)
          return false;
        await tx.updateTable("messages").set({ counted_at: at }).where(isMessage(key)).execute();
        return true;
      }),
    countHeld: (channel, registry, since) =>
      engine.query((db) => countSince(db, "held_at", { channel, registry, since, most: mostCounted })),
  } satisfies Partial<Store>;
}

// More than that is more than anybody reads.
const mostCounted = 10_000;

interface Counted {
  readonly channel: ChannelId;
  readonly registry: string;
  readonly since: number;
  readonly most: number;
}

/** Subjects begin with their registry and a slash, and `0` comes right after it. */
function isOf(registry: string) {
  return sql<SqlBool>`(subject >= ${`${registry}/`} and subject < ${`${registry}0`})`;
}

async function countSince(
  db: Queries,
  column: "counted_at" | "held_at",
  { channel, registry, since, most }: Counted,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (
    select 1 from messages where ${sql.ref(column)} is not null and channel = ${channel}
      and ${sql.ref(column)} >= ${since} and ${isOf(registry)}
    limit ${most}) counted`.execute(db);
  return rows[0]?.count ?? 0;
}

/**
 * Holds back every other card of the registry that is due in the channel and would find no place either; the line that
 * says how many there are is wanted, and brought up to date within a minute.
 */
export async function holdRest(engine: Engine, tx: Queries, line: WantedMessage): Promise<void> {
  const { registry } = keyOfSubject(line.subject);
  await tx
    .updateTable("messages")
    .set({ claimable: 0, held_at: engine.now() })
    // As the partial index has it.
    .where(sql<SqlBool>`claimable = 1`)
    .where((eb) => eb.and({ channel: line.channel, slot: "root", state: "waiting", unconfirmed: 1 }))
    .where(sql<SqlBool>`due_at <= ${engine.leaseClock()} and ${isOf(registry)}`)
    .where(sql<SqlBool>`post_begun_at is null and counted_at is null and lease_token is null`)
    .execute();
  await insertMessages(engine, tx, [line]);
  const later = engine.dueAt(engine.now() + lineDebounceMs);
  await tx
    .updateTable("messages")
    .set({
      wanted_version: sql<number>`wanted_version + 1`,
      due_at: sql<number>`case when claimable = 1 then due_at else cast(${later} as bigint) end`,
      claimable: 1,
    })
    .where(isMessage(line))
    .where("state", "in", ["waiting", "shown", "in-doubt"])
    .execute();
  markWork(tx, "deliver");
}

/** Has the lines that count what is held of a registry brought up to date, those of the hour of `since` and later. */
export async function recountHeld(
  engine: Engine,
  tx: Queries,
  registry: string,
  since: number,
): Promise<void> {
  // `A` comes right after `@`; the times behind it have as many digits until the year 2286.
  const [from, to] = [`${registry}/unconfirmed@${since - hourMs}`, `${registry}/unconfirmedA`];
  await tx
    .updateTable("messages")
    .set({
      wanted_version: sql<number>`wanted_version + 1`,
      due_at: engine.dueAt(engine.now()),
      claimable: 1,
    })
    .where("subject", ">=", from)
    .where("subject", "<", to)
    .where("slot", "like", "held:%")
    .where("state", "in", ["waiting", "shown", "in-doubt"])
    .execute();
  markWork(tx, "deliver");
}

/** Whether the card of a subject goes behind those that the registry has confirmed. */
export async function rankRoots(db: Queries, subject: string, unconfirmed: boolean): Promise<void> {
  const rank = unconfirmed ? 1 : 0;
  await db
    .updateTable("messages")
    .set({ unconfirmed: rank })
    .where("subject", "=", subject)
    .where("slot", "=", "root")
    .where(sql<SqlBool>`unconfirmed <> ${rank}`)
    .execute();
}
