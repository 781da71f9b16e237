const LONGEST_MESSAGE = 240;
// A JWT, or any unbroken run that is long enough to be a token, a key or a signature. A digest is let through.
const TOKEN_LIKE = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}|(?<!sha256:)[\w+/=-]{64,}/g;

/** Text of an answer or of an SDK's error, fit for a message: one line, cut, without anything like a token. */
export function safeText(text: string): string {
  const line = text
    .slice(0, 10_000)
    .replace(TOKEN_LIKE, "[redacted]")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .toWellFormed();
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE - 1)}…`;
}
