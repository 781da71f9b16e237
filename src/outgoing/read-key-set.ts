import { createLocalJWKSet, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { jsonOrNothing } from "./json-or-nothing.ts";

/** A key that somebody signs tokens with. */
export interface SigningKey {
  /** What `jwtVerify` takes: jose selects and imports the key, and holds it to RFC 7518. */
  readonly getKey: JWTVerifyGetKey;
  /** In the Bot Framework's set: the channels whose activities it may sign, such as `msteams`. */
  readonly endorsements: readonly string[];
}

// Entra publishes fewer than ten keys, the Bot Framework some dozens, most of them for other channels.
const mostKeys = 500;

const KeySet = z.object({ keys: z.array(z.unknown()).max(mostKeys) });
const RsaKey = z.object({
  kty: z.literal("RSA"),
  kid: z.string().min(1),
  // Entra's keys say `use: sig` and leave `alg` out.
  use: z.literal("sig").optional(),
  alg: z.literal("RS256").optional(),
  n: z.string(),
  e: z.string(),
  endorsements: z.array(z.string()).default([]),
});

/**
 * The RS256 keys of a JSON Web Key Set (RFC 7517) by key id. Keys of other kinds are left out; a text that is no key
 * set, or has no usable key, throws a RangeError, which does not repeat it.
 */
export function readKeySet(jwks: string): ReadonlyMap<string, SigningKey> {
  const parsed = KeySet.safeParse(jsonOrNothing(jwks));
  if (!parsed.success) throw new RangeError("the answer is not a JSON Web Key Set");
  const keys = parsed.data.keys.flatMap((one) => RsaKey.safeParse(one).data ?? []);
  if (keys.length === 0) throw new RangeError("the key set has no RSA key for signatures");
  // Only the public parts are imported, whatever else the set holds.
  const getKey = createLocalJWKSet({ keys: keys.map(({ kty, kid, n, e }) => ({ kty, kid, n, e })) });
  return new Map(keys.map(({ kid, endorsements }) => [kid, { getKey, endorsements }]));
}
