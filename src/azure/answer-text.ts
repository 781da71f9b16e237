const longestMessage = 240;
// A JWT, or any unbroken run that is long enough to be a token, a key or a signature. A digest is let through.
const tokenLike = /\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}|(?<!sha256:)[\w+/=-]{64,}/g;

/** Text of an answer or of an SDK's error, fit for a message: one line, cut, without anything like a token. */
export function safeText(text: string): string {
  const line = text
    .slice(0, 10_000)
    .replace(tokenLike, "[redacted]")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .toWellFormed();
  return line.length <= longestMessage ? line : `${line.slice(0, longestMessage - 1)}…`;
}
