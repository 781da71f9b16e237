import { generateKeyPair, SignJWT } from "jose";
import type { EntraKeys } from "./entra-keys.ts";

// Event Grid's first-party application in the public cloud, and the role of who may deliver (acr-facts 2.4).
const eventGridApp = "4962773b-9cdb-44cf-a8bf-237846a00ab7";
const subscriberRole = "AzureEventGridSecureWebhookSubscriber";
const other = "11111111-2222-4333-8444-555555555555";

/** What is wrong with a forged token; `app` is another application of the same tenant, properly signed. */
export type Forgery = "audience" | "app" | "role" | "issuer" | "expired" | "key" | "none-algorithm";

/** Which token to make. */
export type EventGridTokenOptions = {
  readonly audience: string;
  readonly version?: 1 | 2;
  readonly issuer?: string;
  readonly forge?: Forgery;
};

/** The bearer token of a delivery by Event Grid, of version 1 unless said otherwise, or a forged one. */
export async function mintEventGridToken(
  entra: EntraKeys,
  tenantId: string,
  options: EventGridTokenOptions,
): Promise<string> {
  const { forge } = options;
  const isV2 = options.version === 2;
  const app = forge === "app" ? other : eventGridApp;
  const tenant = forge === "issuer" ? other : tenantId;
  const ownIssuer = isV2
    ? `https://login.microsoftonline.com/${tenant}/v2.0`
    : `https://sts.windows.net/${tenant}/`;
  const claims = {
    aud: forge === "audience" ? `${options.audience}-other` : options.audience,
    iss: forge === "issuer" ? ownIssuer : (options.issuer ?? ownIssuer),
    tid: tenant,
    sub: app,
    oid: app,
    ver: isV2 ? "2.0" : "1.0",
    ...(isV2 ? { azp: app } : { appid: app }),
    ...(forge === "role" ? {} : { roles: [subscriberRole] }),
  };
  if (forge === "key") return signByStranger(claims, entra.kid);
  if (forge === "none-algorithm") return unsigned(claims);
  return forge === "expired" ? entra.sign(claims, -3600) : entra.sign(claims);
}

// The kid is the tenant's, so only the signature gives it away.
async function signByStranger(claims: Readonly<Record<string, unknown>>, kid: string): Promise<string> {
  const { privateKey } = await generateKeyPair("RS256");
  const protectedHeader = { alg: "RS256", typ: "JWT", kid };
  return new SignJWT(claims)
    .setProtectedHeader(protectedHeader)
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(privateKey);
}

function unsigned(claims: Readonly<Record<string, unknown>>): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 3600;
  return `${encode({ alg: "none", typ: "JWT" })}.${encode({ ...claims, exp })}.`;
}
