import { entryHash, hashBeforeFirst } from "../../nouns/audit-chain.ts";
import type { AuditEntry, ChainedEntry } from "../../nouns/audit-entry.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import type { AuditHead } from "../store.ts";
import { auditRow } from "../tables/audit-row.ts";

/** The lock under which the chain grows, is sealed and pruned. */
export const auditLock = "audit";

/** Adds an entry to what the transaction will write to the audit at its end. */
export type WriteAudit = (entry: AuditEntry) => void;

/**
 * Runs one transaction whose audit entries are added to the chain at its end, and makes each a log line after the
 * commit. At the end, because whoever holds the chain's end must wait for nobody: no two transactions can then wait
 * for each other over it.
 */
export async function auditedTransaction<T>(
  engine: Engine,
  run: (tx: Queries, writeAudit: WriteAudit) => Promise<T>,
): Promise<T> {
  let chained: readonly ChainedEntry[] = [];
  const result = await engine.transaction(async (tx) => {
    const entries: AuditEntry[] = [];
    const made = await run(tx, (entry) => entries.push(entry));
    chained = await append(engine, tx, entries);
    return made;
  });
  for (const { number, hash, entry } of chained) engine.log.info({ number, hash, entry }, "audit");
  return result;
}

/** Where the chain ends. Found by looking, not kept in a row: on PostgreSQL the bot needs no right to update anything. */
export async function selectHead(db: Queries): Promise<AuditHead> {
  const newest = await db
    .selectFrom("audit_chain")
    .select(["number", "hash"])
    .orderBy("number", "desc")
    .limit(1)
    .executeTakeFirst();
  // Retention may have taken all there was.
  return newest ?? (await selectNewestSeal(db));
}

/** Where the sealed part of the chain ends. */
export async function selectNewestSeal(db: Queries): Promise<AuditHead> {
  const sealed = await db
    .selectFrom("audit_segments")
    .select(["last as number", "hash"])
    .orderBy("first", "desc")
    .limit(1)
    .executeTakeFirst();
  return sealed ?? { number: 0, hash: hashBeforeFirst };
}

async function append(
  engine: Engine,
  tx: Queries,
  entries: readonly AuditEntry[],
): Promise<readonly ChainedEntry[]> {
  if (entries.length === 0) return [];
  await engine.lock(tx, [auditLock]);
  // A statement of its own after the lock: it sees what whoever held it before has committed.
  let head = await selectHead(tx);
  const chained = entries.map((entry) => {
    const text = JSON.stringify(entry);
    const number = head.number + 1;
    head = { number, hash: entryHash(head.hash, number, text) };
    return { ...head, text, entry };
  });
  await tx.insertInto("audit_chain").values(chained.map(auditRow)).execute();
  return chained;
}
