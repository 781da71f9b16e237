import { entryHash, hashBeforeFirst } from "../../nouns/audit-chain.ts";
import type { ChainedEntry } from "../../nouns/audit-entry.ts";
import type { AuditHead, AuditSegment, Store } from "../store.ts";

/** What verification reads; entries must not be pruned while it does (`readAudit` gives a snapshot). */
export type AuditReads = Pick<Store, "readAuditChain" | "auditHead" | "listAuditSegments">;

export type AuditVerification =
  | {
      readonly kind: "whole";
      readonly head: AuditHead;
      /** Number of the oldest entry that is kept; above the head's if none is. */
      readonly first: number;
      readonly segments: readonly AuditSegment[];
      /** Whether the known head could be compared; false: retention took that entry. */
      readonly compared: boolean;
    }
  /** `at`: the first entry that is not as it should be. */
  | { readonly kind: "broken"; readonly at: number; readonly why: string };

type Whole = Extract<AuditVerification, { kind: "whole" }>;
type Break = Extract<AuditVerification, { kind: "broken" }>;

const entriesAtOnce = 500;

/**
 * Recomputes the chain from its first entry that is kept to its end, and compares each seal on the way: finds entries
 * that were changed, taken out, put in or moved. What was cut off at the end, and a chain that was computed anew,
 * show only by a seal or by `knownHead`, a head that somebody noted outside the store.
 */
export async function verifyAudit(reads: AuditReads, knownHead?: AuditHead): Promise<AuditVerification> {
  const segments = await reads.listAuditSegments();
  const start = checkSeals(segments);
  if ("kind" in start) return start;
  const known = new Map(segments.filter((one) => !one.pruned).map((one) => [one.last, one]));
  let head = start;
  let from = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const entries = await reads.readAuditChain(from, entriesAtOnce);
    for (const entry of entries) {
      const wrong = checkEntry(entry, head, start, known.get(entry.number), knownHead);
      if (wrong !== undefined) return wrong;
      head = { number: entry.number, hash: entry.hash };
    }
    if (entries.length < entriesAtOnce) break;
    from = head.number + 1;
  }
  const cut = checkEnd(head, segments.at(-1), knownHead);
  if (cut !== undefined) return cut;
  return comparePruned({ kind: "whole", head, first: start.number + 1, segments, compared: true }, knownHead);
}

/** Of entries that retention took only the last of each segment is still known by its hash. */
function comparePruned(whole: Whole, knownHead: AuditHead | undefined): AuditVerification {
  if (knownHead === undefined || knownHead.number >= whole.first) return whole;
  const seal = whole.segments.find((one) => one.last === knownHead.number);
  const hash = knownHead.number === 0 ? hashBeforeFirst : seal?.hash;
  if (hash === undefined) return { ...whole, compared: false };
  return hash === knownHead.hash
    ? whole
    : broken(knownHead.number, "its hash, by its seal, is not that of the head that was given");
}

/** The seals one after the other; gives where the kept entries begin. */
function checkSeals(segments: readonly AuditSegment[]): AuditHead | Break {
  let end: AuditHead = { number: 0, hash: hashBeforeFirst };
  let pruned = end;
  for (const one of segments) {
    const range = `entries ${one.first} to ${one.last}`;
    if (one.first !== end.number + 1 || one.last < one.first)
      return broken(end.number + 1, `the seal over ${range} does not begin where the one before it ends`);
    if (one.hashBefore !== end.hash)
      return broken(one.first, `the seal over ${range} does not follow from the one before it`);
    if (one.pruned && pruned.number !== end.number)
      return broken(one.first, `${range} are marked as removed by retention, and older ones are not`);
    end = { number: one.last, hash: one.hash };
    if (one.pruned) pruned = end;
  }
  return pruned;
}

function checkEntry(
  { number, text, hash }: ChainedEntry,
  before: AuditHead,
  start: AuditHead,
  seal: AuditSegment | undefined,
  knownHead: AuditHead | undefined,
): Break | undefined {
  const next = before.number + 1;
  if (number <= start.number) return broken(number, "it was removed by retention, and is here again");
  if (number !== next)
    return broken(next, next === number - 1 ? "it is missing" : `it is missing, and all up to ${number - 1}`);
  if (hash !== entryHash(before.hash, number, text))
    return broken(number, "it does not follow from the entry before it: its text, hash or place was changed");
  if (seal !== undefined && seal.hash !== hash)
    return broken(
      number,
      `its hash is not the one that entries ${seal.first} to ${seal.last} were sealed with`,
    );
  if (knownHead?.number === number && knownHead.hash !== hash)
    return broken(number, "its hash is not that of the head that was given");
  return undefined;
}

function checkEnd(
  head: AuditHead,
  newest: AuditSegment | undefined,
  knownHead: AuditHead | undefined,
): Break | undefined {
  const end = `the chain ends at ${head.number}`;
  if (newest !== undefined && newest.last > head.number)
    return broken(head.number + 1, `it is missing: ${end}, and was sealed up to ${newest.last}`);
  if (knownHead !== undefined && knownHead.number > head.number)
    return broken(
      head.number + 1,
      `it is missing: ${end}, and the head that was given is ${knownHead.number}`,
    );
  return undefined;
}

function broken(at: number, why: string): Break {
  return { kind: "broken", at, why };
}
