import { randomUUID } from "node:crypto";
import type { CryptoKey, JWK } from "jose";
import { exportJWK, exportSPKI, generateKeyPair } from "jose";

/** A key pair under its name. */
export type SigningKey = {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  /** The public key as PEM, which a forger knows too. */
  readonly publicPem: string;
};

/** The Bot Framework's keys: what signs now, and what its key endpoint shows. */
export type SigningKeys = Awaited<ReturnType<typeof createSigningKeys>>;

/** New RS256 keys: one endorsed for Teams and one for another channel, both shown. */
export async function createSigningKeys() {
  let current = await makeKey();
  const unendorsed = await makeKey();
  let shown: readonly SigningKey[] = [current];
  // Not shown to anybody; made when the first forger needs one.
  let stranger: Promise<SigningKey> | undefined;

  return {
    current: () => current,
    unendorsed: () => unendorsed,
    stranger: () => {
      stranger ??= makeKey();
      return stranger;
    },
    /** Signs with a new key from now on. The old one stays in the key set unless `forgetOld`. */
    async rotate({ forgetOld = false }: { readonly forgetOld?: boolean } = {}): Promise<string> {
      current = await makeKey();
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
  return { kid, privateKey, publicJwk, publicPem: await exportSPKI(publicKey) };
}
