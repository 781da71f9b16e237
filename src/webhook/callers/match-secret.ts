import { createHmac, hash, timingSafeEqual } from "node:crypto";

/**
 * Whether any of what was presented is one of the secrets. Both sides are hashed, so lengths do not show, and every
 * pair is compared, so the time does not tell which matched. An empty secret never matches.
 */
export function matchesAnySecret(presented: readonly Buffer[], secrets: readonly string[]): boolean {
  const presentedHashes = presented.map((bytes) => hash("sha256", bytes, "buffer"));
  let matched = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    const secretHash = hash("sha256", secret, "buffer");
    for (const presentedHash of presentedHashes) {
      if (timingSafeEqual(presentedHash, secretHash)) matched = true;
    }
  }
  return matched;
}

/** Whether `signature` is the HMAC-SHA256 of the raw body keyed by one of the secrets; constant time as above. */
export function matchesAnySignature(
  body: Buffer,
  signature: Buffer | undefined,
  secrets: readonly string[],
): boolean {
  if (signature === undefined) return false;
  let matched = false;
  for (const secret of secrets) {
    if (secret === "") continue;
    const expected = createHmac("sha256", secret).update(body).digest();
    if (expected.length === signature.length && timingSafeEqual(expected, signature)) matched = true;
  }
  return matched;
}
