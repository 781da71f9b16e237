import { createHash } from "node:crypto";
import type { ChainedEntry } from "./audit-entry.ts";

/** What stands before the first entry: the SHA-256 of nothing. */
export const hashBeforeFirst = sha256("");

/**
 * The hash of an entry of the audit, as lower-case hex: SHA-256 over the hash of the entry before it, a newline, its
 * number in decimal, a newline, and its text in UTF-8.
 */
export function entryHash(hashBefore: string, number: number, text: string): string {
  return sha256(`${hashBefore}\n${number}\n${text}`);
}

/**
 * An entry as one line of JSON, without the newline: `{"number":1,"hash":"…","entry":{…}}`. What stands after
 * `"entry":` up to the last brace is the text byte for byte; if that is no JSON any more, it is in `text`, as a string.
 */
export function auditLine({ number, hash, text }: ChainedEntry): string {
  const body = isJsonLine(text) ? `"entry":${text}` : `"text":${JSON.stringify(text)}`;
  return `{"number":${number},"hash":${JSON.stringify(hash)},${body}}`;
}

function isJsonLine(text: string): boolean {
  if (/[\r\n]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Somebody has changed it: it is shown all the same.
    return false;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
