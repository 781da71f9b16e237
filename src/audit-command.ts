import { once } from "node:events";
import type { Writable } from "node:stream";
import type { CommandAnswer } from "./config/check-command.ts";
import { auditLine } from "./nouns/audit-chain.ts";
import { readAudit } from "./store/audit/read-audit.ts";
import { type AuditReads, type AuditVerification, verifyAudit } from "./store/audit/verify-audit.ts";
import type { AuditHead } from "./store/store.ts";

const entriesAtOnce = 500;

/**
 * What `acr-chatops audit verify` prints: verifies the audit of a store beside a bot that runs. `head` is `<number>:<hash>` as somebody noted it outside the
 * store. Exit code 1 and where it is broken, if it is. Throws a ChatopsError if the store cannot be read.
 */
export async function verifyAnswer(storeUrl: string, head: string | undefined): Promise<CommandAnswer> {
  const known = head === undefined ? undefined : readHead(head);
  if (known === "unreadable")
    return {
      lines: ["--head must be <number>:<hash>, as `audit verify` and the daily log line say it"],
      exitCode: 1,
    };
  const verification = await readAudit(storeUrl, (reads) => verifyAudit(reads, known));
  return {
    lines: linesOf(verification, known),
    exitCode: verification.kind === "whole" && verification.compared ? 0 : 1,
  };
}

/** Writes every entry that is kept as a line of JSON, oldest first. Ends without a word if the reader goes away. */
export async function exportAudit(storeUrl: string, out: Writable): Promise<void> {
  const gone = new AbortController();
  // `audit export | head` closes the pipe; that is no failure.
  out.on("error", () => gone.abort());
  for (let from = 0; !gone.signal.aborted; ) {
    // Opened for each page: a reader that waits for its pipe would keep the log from ending, and a bot from starting.
    const page = (reads: AuditReads) => reads.readAuditChain(from, entriesAtOnce);
    const entries = await readAudit(storeUrl, page);
    const last = entries.at(-1);
    if (last === undefined) return;
    from = last.number + 1;
    if (!out.write(entries.map((entry) => `${auditLine(entry)}\n`).join("")))
      await once(out, "drain", { signal: gone.signal }).catch(() => undefined);
  }
}

function readHead(text: string): AuditHead | "unreadable" {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  return number === undefined || hash === undefined
    ? "unreadable"
    : { number: Number(number), hash: hash.toLowerCase() };
}

function linesOf(verification: AuditVerification, known: AuditHead | undefined): readonly string[] {
  if (verification.kind === "broken")
    return [`the audit is broken at entry ${verification.at}: ${verification.why}`];
  const { head, first, segments, compared } = verification;
  if (head.number === 0) return ["the audit is empty"];
  const kept = first > head.number ? "no entry is kept" : `entries ${first} to ${head.number}`;
  return [
    `the audit is whole: ${kept}, head ${head.number}:${head.hash}`,
    `sealed up to entry ${segments.at(-1)?.last ?? 0}${first > 1 ? `; retention removed entries 1 to ${first - 1}` : ""}`,
    ...(known === undefined ? [] : [compared ? `it goes on from ${known.number}:${known.hash}` : tooOld]),
  ];
}

const tooOld =
  "the head that was given is older than what is kept: it could not be compared. Give a newer one";
