import { type SqlBool, sql } from "kysely";
import type { LeaseToken } from "../nouns/due-work.ts";
import type { MessageKey } from "../nouns/message.ts";
import { present } from "../present.ts";
import { freeReplies } from "./cards.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { markWork } from "./engine/work-marks.ts";
import { isMessage } from "./messages.ts";
import type { DeliveryOutcome, Store } from "./store.ts";
import { holdRest } from "./unconfirmed.ts";

/** The verbs that write down how an attempt to deliver began and ended. */
export function createDeliveryVerbs(engine: Engine) {
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
    finishDelivery: (key, lease, outcome) =>
      engine.transaction(async (tx) => {
        if (!(await write(engine, tx, key, lease, outcome))) return false;
        markWork(tx, "deliver");
        if (outcome.kind === "held" && outcome.line !== undefined) await holdRest(engine, tx, outcome.line);
        const opensThread = !["in-doubt", "not-posted", "held"].includes(outcome.kind);
        if (key.slot === "root" && opensThread) await freeReplies(tx, key);
        return true;
      }),
  } satisfies Partial<Store>;
}

/** Only whoever holds the lease writes; an expired lease still counts while nobody else has taken it. */
async function write(
  engine: Engine,
  tx: Queries,
  key: MessageKey,
  lease: LeaseToken,
  outcome: DeliveryOutcome,
): Promise<boolean> {
  if (outcome.kind === "unwanted") {
    const { numDeletedRows } = await tx
      .deleteFrom("messages")
      .where(isMessage(key))
      .where("lease_token", "=", lease)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }
  const { numUpdatedRows } = await tx
    .updateTable("messages")
    .set({ lease_token: null, lease_until: null, claims: 0, ...columnsOf(engine, outcome) })
    .where(isMessage(key))
    .where("lease_token", "=", lease)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function columnsOf(engine: Engine, outcome: Exclude<DeliveryOutcome, { kind: "unwanted" }>) {
  switch (outcome.kind) {
    case "shown":
      return {
        state: "shown",
        shown_version: outcome.version,
        shown_hash: outcome.hash,
        ...present({ external_id: outcome.externalId }),
        attempts: 0,
        post_begun_at: null,
        last_error: null,
        held_at: null,
        // Touched meanwhile: it stays due, at the time that the touch wrote.
        claimable: sql<number>`case when wanted_version > ${outcome.version} then 1 else 0 end`,
      };
    case "in-doubt":
      return {
        state: "in-doubt",
        due_at: engine.dueAt(outcome.dueAt),
        attempts: sql<number>`attempts + 1`,
        last_error: outcome.error,
        post_begun_at: sql<number>`coalesce(post_begun_at, ${engine.now()})`,
      };
    case "held": {
      const { until, version } = outcome;
      const isTouched = sql`wanted_version > ${version}`;
      if (until === undefined)
        return {
          claimable: sql<number>`case when ${isTouched} then 1 else 0 end`,
          held_at: outcome.line === undefined ? null : engine.now(),
        };
      return {
        due_at: sql<number>`case when ${isTouched} then due_at else cast(${engine.dueAt(until)} as bigint) end`,
      };
    }
    case "not-posted":
      return { state: "waiting", due_at: engine.dueAt(outcome.dueAt), post_begun_at: null };
    case "gone":
    case "dead":
      return { state: outcome.kind, last_error: outcome.error, post_begun_at: null, claimable: 0 };
    default:
      return outcome satisfies never;
  }
}
