import { type CryptoKey, importJWK } from "jose";
import { z } from "zod";

// Entra publishes fewer than ten keys at a time.
const mostKeys = 100;

const JsonWebKeySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })).max(mostKeys),
});

const RsaSigningKey = z.object({
  kty: z.literal("RSA"),
  kid: z.string().min(1),
  // Entra's keys say `use: sig` and leave `alg` out.
  use: z.literal("sig").optional(),
  alg: z.literal("RS256").optional(),
  // RFC 7518, 3.3: at least 2048 bits, which are 342 base64url digits.
  n: z.string().min(342),
  e: z.string().min(1),
});

/**
 * The RS256 keys of a JSON Web Key Set (RFC 7517) by key id. Keys of other kinds are left out; a text that is no key
 * set, or has no usable key, throws a RangeError.
 */
export async function importKeySet(jwks: string): Promise<ReadonlyMap<string, CryptoKey>> {
  const keys = new Map<string, CryptoKey>();
  for (const candidate of parseKeySet(jwks)) {
    const parsed = RsaSigningKey.safeParse(candidate);
    if (!parsed.success) continue;
    const { kty, kid, n, e } = parsed.data;
    // Only the public parts are imported, whatever else the set holds.
    const key = await importJWK({ kty, n, e }, "RS256");
    if (!(key instanceof Uint8Array)) keys.set(kid, key);
  }
  if (keys.size === 0) throw new RangeError("the key set has no RSA key for signatures");
  return keys;
}

function parseKeySet(jwks: string): readonly unknown[] {
  let json: unknown;
  try {
    json = JSON.parse(jwks);
  } catch {
    // The parser's message would quote what a foreign server sent.
    throw new RangeError("the key set is not JSON");
  }
  const parsed = JsonWebKeySet.safeParse(json);
  if (!parsed.success) throw new RangeError("the answer is not a JSON Web Key Set");
  return parsed.data.keys;
}
