import { randomUUID } from "node:crypto";
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";

// Entra's access tokens live 60 to 90 minutes.
const tokenSeconds = 75 * 60;

/** The simulated tenant's signing key. */
export type EntraKeys = Awaited<ReturnType<typeof createEntraKeys>>;

let madeKeys: ReturnType<typeof makeKeys> | undefined;

async function makeKeys() {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const publicJwk: JWK = await exportJWK(publicKey);
  return { privateKey, publicKey, publicJwk, kid: await calculateJwkThumbprint(publicJwk) };
}

/**
 * The tenant's RS256 keys, checked by the JWKS that its discovery endpoint shows. They are made once for a process:
 * Azure's identity library keeps managed identity tokens for the whole process, so a second world must know them.
 */
export async function createEntraKeys(now: () => number) {
  madeKeys ??= makeKeys();
  const { privateKey, publicKey, publicJwk, kid } = await madeKeys;

  return {
    jwks: { keys: [{ ...publicJwk, kid, use: "sig", alg: "RS256" }] },
    kid,
    /** A token with these claims, from now for 75 minutes unless `lifetimeSeconds` (negative: expired) says otherwise. */
    sign(claims: JWTPayload, lifetimeSeconds = tokenSeconds): Promise<string> {
      const issuedAt = Math.floor(now() / 1000) + Math.min(lifetimeSeconds, 0) * 2;
      return new SignJWT({ ...claims, uti: randomUUID() })
        .setProtectedHeader({ alg: "RS256", typ: "JWT", kid })
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(issuedAt + Math.abs(lifetimeSeconds))
        .sign(privateKey);
    },
    /** The claims of a token of ours for one of these audiences; throws a jose error that says what is wrong. */
    async verify(token: string, audiences: readonly string[]): Promise<JWTPayload> {
      const audience = audiences.flatMap((item) => [item, `${item}/`]);
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: ["RS256"],
        audience,
        currentDate: new Date(now()),
      });
      return payload;
    },
  };
}
