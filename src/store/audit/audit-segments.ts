import { type SqlBool, sql } from "kysely";
import { ChatopsError } from "../../errors.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { isForbidden } from "../engine/store-error.ts";
import type { AuditSegment, Store } from "../store.ts";
import type { Schema } from "../tables/table-types.ts";
import { auditLock, selectNewestSeal } from "./append-audit.ts";

/** The verbs that seal parts of the chain, and remove the entries of old ones. */
export function createSegmentVerbs(engine: Engine) {
  return {
    ...createSegmentReads(engine),
    sealAudit: (limit) => engine.transaction((tx) => seal(engine, tx, limit)),
    pruneAudit: async (before) => {
      try {
        return await engine.transaction((tx) => prune(engine, tx, before));
      } catch (error) {
        throw isForbidden(error) ? notPrunable(error) : error;
      }
    },
  } satisfies Partial<Store>;
}

/** The verb that lists the seals, oldest first. */
export function createSegmentReads(engine: Pick<Engine, "query">) {
  return {
    listAuditSegments: () =>
      engine.query(async (db) => {
        const rows = await db.selectFrom("audit_segments").selectAll().orderBy("first").execute();
        return rows.map(segmentOf);
      }),
  } satisfies Partial<Store>;
}

async function seal(engine: Engine, tx: Queries, limit: number): Promise<number> {
  await engine.lock(tx, [auditLock]);
  const sealed = await selectNewestSeal(tx);
  const entries = await tx
    .selectFrom("audit_chain")
    .select(["number", "hash"])
    .where("number", ">", sealed.number)
    .orderBy("number")
    .limit(limit)
    .execute();
  const last = entries.at(-1);
  if (last === undefined) return 0;
  await tx
    .insertInto("audit_segments")
    .values({
      first: sealed.number + 1,
      last: last.number,
      hash_before: sealed.hash,
      hash: last.hash,
      sealed_at: engine.now(),
      pruned: 0,
    })
    .execute();
  return entries.length;
}

async function prune(engine: Engine, tx: Queries, before: number): Promise<number> {
  await engine.lock(tx, [auditLock]);
  const oldest = await tx
    .selectFrom("audit_segments")
    .select(["first", "last"])
    .where("pruned", "=", 0)
    .orderBy("first")
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return 0;
  const isSealed = sql<SqlBool>`number between ${oldest.first} and ${oldest.last}`;
  const found = await tx
    .selectFrom("audit_chain")
    .select((eb) => [eb.fn.max("at").as("newestAt"), eb.fn.countAll<number>().as("entries")])
    .where(isSealed)
    .executeTakeFirstOrThrow();
  // Somebody else removed entries: taking the rest would hide it.
  if (found.entries !== oldest.last - oldest.first + 1) throw notWhole(oldest);
  if (found.newestAt >= before) return 0;
  const { numDeletedRows } = await tx.deleteFrom("audit_chain").where(isSealed).executeTakeFirst();
  await tx.updateTable("audit_segments").set({ pruned: 1 }).where("first", "=", oldest.first).execute();
  return Number(numDeletedRows);
}

function segmentOf({ hash_before, sealed_at, ...row }: Schema["audit_segments"]): AuditSegment {
  return { ...row, hashBefore: hash_before, sealedAt: sealed_at, pruned: row.pruned === 1 };
}

function notPrunable(cause: unknown): ChatopsError {
  return new ChatopsError(
    "store-unwritable",
    "Old audit entries cannot be removed: the database role has no right to delete from audit_chain or to update " +
      "audit_segments. Grant both (docs/operations.md), or keep the audit longer. Nothing was changed.",
    { cause },
  );
}

function notWhole({ first, last }: { readonly first: number; readonly last: number }): ChatopsError {
  return new ChatopsError(
    "store-unwritable",
    `Audit entries ${first} to ${last} were sealed and some of them are missing; nothing is removed before that is ` +
      "looked into. Run acr-chatops audit verify.",
  );
}
