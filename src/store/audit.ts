import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Engine, Queries } from "./engine.ts";
import type { Store } from "./store.ts";

type AuditVerbs = Pick<Store, "appendAudit" | "listAudit">;

/** The verbs of the audit: it is only ever added to. */
export function createAuditVerbs(engine: Engine): AuditVerbs {
  return {
    appendAudit: (entry) => engine.query((db) => writeAudit(db, entry)),
    listAudit: (limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("audit")
          .select("facts")
          .orderBy("number", "desc")
          .limit(limit)
          .execute();
        return rows.map((row) => JSON.parse(row.facts) as AuditEntry);
      }),
  };
}

/** Adds an entry, in the transaction of what it is about. */
export async function writeAudit(db: Queries, entry: AuditEntry): Promise<void> {
  await db
    .insertInto("audit")
    .values({ at: entry.at, facts: JSON.stringify(entry) })
    .execute();
}
