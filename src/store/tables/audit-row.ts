import type { AuditEntry, ChainedEntry } from "../../nouns/audit-entry.ts";
import type { AuditChainTable } from "./table-types.ts";

/** The row of an entry; what it is found by is read out of its text. */
export function auditRow({ number, hash, text }: Omit<ChainedEntry, "entry">): AuditChainTable {
  const { at, registry, repository, digest, target } = entryOf(text);
  return {
    number,
    at,
    registry: registry ?? null,
    repository: repository ?? null,
    digest: digest ?? null,
    target: target ?? null,
    text,
    hash,
  };
}

/** The entry that a row holds, with its place in the chain. */
export function chainedEntryOf({
  number,
  hash,
  text,
}: Pick<AuditChainTable, "number" | "hash" | "text">): ChainedEntry {
  return { number, hash, text, entry: entryOf(text) };
}

/** The entry of a text. One that somebody made unreadable gives an entry that says so: the rest is still shown. */
export function entryOf(text: string): AuditEntry {
  try {
    const entry: unknown = JSON.parse(text);
    if (typeof entry === "object" && entry !== null && "id" in entry && "at" in entry)
      return entry as AuditEntry;
  } catch {
    // Not JSON: verification tells where.
  }
  return {
    id: "",
    at: 0,
    what: "unreadable",
    outcome: "in-doubt",
    rule: "",
    detail: "this entry was changed and cannot be read; verify the audit",
    configRevision: "",
  };
}
