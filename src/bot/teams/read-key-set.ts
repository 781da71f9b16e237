import { type CryptoKey, importJWK } from "jose";
import { z } from "zod";

// The Bot Framework publishes some dozens of keys, most of them for other channels.
const mostKeys = 500;

const KeySet = z.object({ keys: z.array(z.unknown()).max(mostKeys) });
const SigningKey = z.object({
  kty: z.literal("RSA"),
  kid: z.string().min(1),
  use: z.literal("sig").optional(),
  alg: z.literal("RS256").optional(),
  // RFC 7518, 3.3: at least 2048 bits, which are 342 base64url digits.
  n: z.string().min(342),
  e: z.string().min(1),
  /** Channels whose activities it may sign, such as `msteams`; without any it signs for none. */
  endorsements: z.array(z.string()).default([]),
});

/** A public key of the Bot Framework and the channels for which it may sign. */
export interface EndorsedKey {
  readonly key: CryptoKey;
  readonly endorsements: readonly string[];
}

/**
 * The RS256 keys of the Bot Framework's key set by key id, with their endorsements (learn.microsoft.com, "Authenticate
 * requests from the Bot Connector service"). A text that is no key set, or has no usable key, throws a RangeError.
 */
export async function readKeySet(jwks: string): Promise<ReadonlyMap<string, EndorsedKey>> {
  const keys = new Map<string, EndorsedKey>();
  for (const candidate of parse(jwks, KeySet, "a JSON Web Key Set").keys) {
    const parsed = SigningKey.safeParse(candidate);
    if (!parsed.success) continue;
    const { kty, kid, n, e, endorsements } = parsed.data;
    // Only the public parts are imported, whatever else the set holds.
    const key = await importJWK({ kty, n, e }, "RS256");
    if (!(key instanceof Uint8Array)) keys.set(kid, { key, endorsements });
  }
  if (keys.size === 0) throw new RangeError("the key set has no RSA key for signatures");
  return keys;
}

const Metadata = z.object({ jwks_uri: z.string().max(500) });

/** Where the keys are, by OpenID metadata. Throws a RangeError for a text that does not say it. */
export function readKeySetAddress(metadata: string): string {
  return parse(metadata, Metadata, "OpenID metadata").jwks_uri;
}

function parse<T>(text: string, schema: z.ZodType<T>, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message would quote what a foreign server sent.
    throw new RangeError("the answer is not JSON");
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new RangeError(`the answer is not ${what}`);
  return parsed.data;
}
