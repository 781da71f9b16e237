import type { Engine, Queries } from "../engine/engine.ts";
import type { AuditFilter, Store } from "../store.ts";
import { chainedEntryOf, entryOf } from "../tables/audit-row.ts";
import { auditedTransaction, selectHead } from "./append-audit.ts";

const filterColumns = ["registry", "repository", "digest", "target"] as const;

/** The verbs that add to the audit and read it. */
export function createAuditVerbs(engine: Engine) {
  return {
    appendAudit: (entry) => auditedTransaction(engine, async (_tx, writeAudit) => writeAudit(entry)),
    listAudit: (limit, filter) =>
      engine.query(async (db) => {
        const rows = await newestFirst(db, filter).limit(limit).execute();
        return rows.map((row) => entryOf(row.text));
      }),
    ...createChainReads(engine),
  } satisfies Partial<Store>;
}

/** The verbs that read the chain as it was hashed. */
export function createChainReads(engine: Pick<Engine, "query">) {
  return {
    readAuditChain: (from, limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("audit_chain")
          .select(["number", "hash", "text"])
          .where("number", ">=", from)
          .orderBy("number")
          .limit(limit)
          .execute();
        return rows.map(chainedEntryOf);
      }),
    auditHead: () => engine.query(selectHead),
  } satisfies Partial<Store>;
}

function newestFirst(db: Queries, filter: AuditFilter = {}) {
  let query = db.selectFrom("audit_chain").select("text").orderBy("number", "desc");
  for (const column of filterColumns) {
    const wanted = filter[column];
    if (wanted !== undefined) query = query.where(column, "=", wanted);
  }
  return query;
}
