import { createHmac, hash, timingSafeEqual } from "node:crypto";

/**
 * Whether any of what was presented is one of the secrets. Both sides are hashed, so lengths do not show, and every
 * pair is compared, so the time does not tell which matched. An empty secret never matches.
 */
export function matchesAnySecret(presented: readonly Buffer[], secrets: readonly string[]): boolean {
  const hashes = presented.map((bytes) => hash("sha256", bytes, "buffer"));
  const matches = secrets
    .filter((secret) => secret !== "")
    .map((secret) => hash("sha256", secret, "buffer"))
    .flatMap((expected) => hashes.map((given) => timingSafeEqual(given, expected)));
  return matches.includes(true);
}

/** Whether `signature` is the HMAC-SHA256 of the raw body keyed by one of the secrets; constant time as above. */
export function matchesAnySignature(body: Buffer, signature: Buffer, secrets: readonly string[]): boolean {
  const matches = secrets
    .filter((secret) => secret !== "")
    .map((secret) => createHmac("sha256", secret).update(body).digest())
    .map((expected) => expected.length === signature.length && timingSafeEqual(expected, signature));
  return matches.includes(true);
}
