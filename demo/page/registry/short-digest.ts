const shortLength = 12;

/** The first twelve hexadecimal digits of a digest, as cards show them. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, shortLength);
}
