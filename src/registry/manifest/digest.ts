import { createHash } from "node:crypto";

const digestGrammar = /^sha256:[0-9a-f]{64}$/;

/** Whether the text is a sha256 digest in full length, the only kind that ACR gives. */
export function isDigest(text: unknown): text is string {
  return typeof text === "string" && digestGrammar.test(text);
}

/** The digest of these bytes, as `sha256:` and 64 hex digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
