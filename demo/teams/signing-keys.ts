import { randomUUID } from "node:crypto";
import type { CryptoKey, JWK } from "jose";
import { exportJWK, exportSPKI, generateKeyPair } from "jose";

/** A key pair under its name. */
export type SigningKey = {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
  /** The public key as PEM, which a forger knows too. */
  readonly publicPem: string;
};

/** The Bot Framework's keys: what signs now, and what its key endpoint shows. */
export type SigningKeys = Awaited<ReturnType<typeof createSigningKeys>>;

// An RSA key takes long to make, so worlds of one process share them: first come, first served, by place.
const made: Promise<SigningKey>[] = [];

/** The key at this place, the same for the whole process. */
export function takeKey(place: number): Promise<SigningKey> {
  made[place] ??= makeKey();
  return made[place];
}

/** Where keys stand that are not the Bot Framework's: the tenant's own, and a forger's. */
export const tenantKeyPlace = 2;
const strangerPlace = 3;
const firstRotationPlace = 4;

/** RS256 keys: one endorsed for Teams and one for another channel, both shown. */
export async function createSigningKeys() {
  let current = await takeKey(0);
  const unendorsed = await takeKey(1);
  let shown: readonly SigningKey[] = [current];
  let rotations = 0;

  return {
    current: () => current,
    unendorsed: () => unendorsed,
    /** A key that is shown to nobody. */
    stranger: () => takeKey(strangerPlace),
    /** Signs with a new key from now on. The old one stays in the key set unless `forgetOld`. */
    async rotate({ forgetOld = false }: { readonly forgetOld?: boolean } = {}): Promise<string> {
      current = await takeKey(firstRotationPlace + rotations);
      rotations += 1;
      shown = forgetOld ? [current] : [current, ...shown];
      return current.kid;
    },
    /** The key set, with endorsements as the Bot Framework gives them: by channel. */
    jwks: () => ({
      keys: [
        ...shown.map((key) => toJwk(key, ["msteams"])),
        // A key of the same issuer that is not for Teams.
        toJwk(unendorsed, ["webchat", "directline"]),
      ],
    }),
  };
}

function toJwk({ kid, publicJwk }: SigningKey, endorsements: readonly string[]) {
  return { ...publicJwk, use: "sig", kid, x5t: kid, endorsements };
}

async function makeKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const publicJwk = await exportJWK(publicKey);
  const kid = randomUUID().replaceAll("-", "");
  return { kid, privateKey, publicKey, publicJwk, publicPem: await exportSPKI(publicKey) };
}
