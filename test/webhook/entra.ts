import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import type { Config, EventGridEntra } from "../../src/config/config.ts";
import { readKeySet } from "../../src/outgoing/read-key-set.ts";
import type { SigningKeySource } from "../../src/outgoing/signing-keys.ts";
import { aConfig, aRegistry } from "../support/registry-config.ts";
import { now } from "./ingest.ts";

export const entra: EventGridEntra = {
  tenantId: "11111111-2222-3333-4444-555555555555",
  audience: "api://acr-chatops",
  eventGridAppId: "4962773b-9cdb-44cf-a8bf-237846a00ab7",
};
export const keySet = `https://login.microsoftonline.com/${entra.tenantId}/discovery/v2.0/keys`;

export const entraKey = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const foreignKey = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The key set as Entra publishes it: no `alg`, and fields that nobody needs. */
export function jwksOf(keys: Readonly<Record<string, KeyObject>>): string {
  const published = Object.entries(keys).map(([kid, key]) => ({
    ...key.export({ format: "jwk" }),
    use: "sig",
    kid,
    x5t: kid,
    issuer: `https://login.microsoftonline.com/${entra.tenantId}/v2.0`,
  }));
  return JSON.stringify({ keys: published });
}

/** Knows the key `k1` of the tenant, and nothing else yet. */
export async function knownKeys(): Promise<SigningKeySource> {
  const keys = readKeySet(jwksOf({ k1: entraKey.publicKey }));
  return { find: (address, kid) => (address === keySet ? (keys.get(kid) ?? "unknown-yet") : undefined) };
}

/** A configuration whose Event Grid deliveries come with Entra tokens only. */
export function entraConfig(azure: Partial<Config["azure"]> = {}): Config {
  const config = aConfig([aRegistry({ eventGrid: { secrets: [], entra } })]);
  return { ...config, azure: { ...config.azure, ...azure } };
}

const nowSeconds = Math.floor(now / 1_000);

/** What a token may say, right or wrong; `undefined` leaves a claim out. */
export type Claims = Readonly<Record<string, unknown>>;

/** Claims of a v1 token as Entra gives it to Event Grid's application. */
export const rightClaims: Claims = {
  iss: `https://sts.windows.net/${entra.tenantId}/`,
  aud: entra.audience,
  appid: entra.eventGridAppId,
  tid: entra.tenantId,
  roles: ["AzureEventGridSecureWebhookSubscriber"],
  ver: "1.0",
  iat: nowSeconds - 60,
  nbf: nowSeconds - 60,
  exp: nowSeconds + 3_600,
};

/** The claims of a v2 token. */
export const rightV2Claims: Claims = {
  ...rightClaims,
  iss: `https://login.microsoftonline.com/${entra.tenantId}/v2.0`,
  appid: undefined,
  azp: entra.eventGridAppId,
  ver: "2.0",
};

/** A signed token. */
export function sign(
  claims: Claims = {},
  header: { readonly kid?: string } = { kid: "k1" },
  key: KeyObject = entraKey.privateKey,
): Promise<string> {
  return new SignJWT({ ...rightClaims, ...claims })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...header })
    .sign(key);
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that claims to need no signature. */
export function unsigned(alg: string): string {
  return `${encode({ alg, typ: "JWT", kid: "k1" })}.${encode(rightClaims)}.`;
}

/** A token signed by HMAC with the public key, which everybody has. */
export function signedWithPublicKey(): string {
  const head = `${encode({ alg: "HS256", typ: "JWT", kid: "k1" })}.${encode(rightClaims)}`;
  const pem = entraKey.publicKey.export({ type: "spki", format: "pem" });
  return `${head}.${createHmac("sha256", pem).update(head).digest("base64url")}`;
}

/** A right token with its claims changed after it was signed. */
export async function altered(): Promise<string> {
  const [header, , signature] = (await sign()).split(".");
  return `${header}.${encode({ ...rightClaims, exp: nowSeconds + 999_999 })}.${signature}`;
}

export { nowSeconds };
