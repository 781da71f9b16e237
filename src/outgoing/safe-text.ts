const longestMessage = 240;
// A JWT, what GitHub puts before its tokens, or any unbroken run that is long enough to be a token, a key or a signature.
// A digest is let through.
const tokenLike =
  /\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}|\b(?:gh[pousr]_|github_pat_)[\w-]{8,}|(?<!sha256:)[\w+/=-]{64,}/g;

/**
 * Text of an answer or of an SDK's error, fit for a message: one line, cut, without anything like a token, and without
 * the `secrets` that the other side was given or shares with us.
 */
export function safeText(text: string, secrets: readonly string[] = []): string {
  const line = withoutSecrets(text, secrets)
    .slice(0, 10_000)
    .replace(tokenLike, "[redacted]")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .toWellFormed();
  return line.length <= longestMessage ? line : `${line.slice(0, longestMessage - 1)}…`;
}

/** What was refused, what helps, and what the other side said of it, as one message; empty parts are left out. */
export function refusalText(what: string, hint: string, said: string, more = ""): string {
  const parts = [what, hint, said === "" ? "" : `It said: ${said}`, more];
  return parts.filter((part) => part !== "").join(" ");
}

/** The text with each of these secrets replaced, wherever it stands. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== "")
    .reduce((clean, secret) => clean.replaceAll(secret, "[redacted]"), text);
}
