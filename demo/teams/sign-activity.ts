import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";
import type { SignedRequest } from "../shared/post-to-bot.ts";
import type { SigningKey, SigningKeys } from "./signing-keys.ts";

/** Who issues the tokens of activities. */
export const botFrameworkIssuer = "https://api.botframework.com";
/** A tenant that is not ours. */
export const foreignTenant = "0f0f0f0f-0000-4000-8000-00000000beef";

/** Everything that can be wrong with a request that says it comes from Teams. */
export const spoiledWays = [
  "no-token",
  "not-bearer",
  "garbage",
  "alg-none",
  "hs256",
  "wrong-issuer",
  "wrong-audience",
  "expired",
  "not-yet-valid",
  "wrong-key",
  "unknown-kid",
  "unendorsed-key",
  "no-serviceurl-claim",
  "other-serviceurl-claim",
  "no-serviceurl",
  "other-serviceurl",
  "foreign-channeldata",
  "foreign-conversation",
  "no-tenant",
  "emulator",
] as const;

/** One of them. */
export type Spoiled = (typeof spoiledWays)[number];

const hour = 3600;
const elsewhere = "https://smba.example.net/emea/";

/** An activity with its token, good or spoiled. `wallClock` in milliseconds. */
export async function signActivity(
  deps: { readonly keys: SigningKeys; readonly appId: string; readonly wallClock: () => number },
  activity: JsonObject,
  spoiled?: Spoiled,
): Promise<SignedRequest> {
  const body = JSON.stringify(spoilActivity(activity, spoiled));
  const headers = { "content-type": "application/json; charset=utf-8", "user-agent": "BF-DirectLine" };
  if (spoiled === "no-token") return { headers, body };
  const token = await signToken(deps, String(activity.serviceUrl), spoiled);
  const scheme = spoiled === "not-bearer" ? "Basic" : "Bearer";
  return { headers: { ...headers, authorization: `${scheme} ${token}` }, body };
}

/** What of the activity itself is changed; its token stays good. */
function spoilActivity(activity: JsonObject, spoiled: Spoiled | undefined): JsonObject {
  const conversation = isObject(activity.conversation) ? activity.conversation : {};
  const channelData = isObject(activity.channelData) ? activity.channelData : {};
  switch (spoiled) {
    case "no-serviceurl":
      return without(activity, "serviceUrl");
    case "other-serviceurl":
      return { ...activity, serviceUrl: elsewhere };
    case "foreign-channeldata":
      return { ...activity, channelData: { ...channelData, tenant: { id: foreignTenant } } };
    case "foreign-conversation":
      return { ...activity, conversation: { ...conversation, tenantId: foreignTenant } };
    case "no-tenant":
      return {
        ...activity,
        conversation: without(conversation, "tenantId"),
        channelData: without(channelData, "tenant"),
      };
    default:
      return activity;
  }
}

async function signToken(
  deps: { readonly keys: SigningKeys; readonly appId: string; readonly wallClock: () => number },
  serviceUrl: string,
  spoiled: Spoiled | undefined,
): Promise<string> {
  const { keys, appId } = deps;
  const now = Math.floor(deps.wallClock() / 1000);
  const claims = spoilClaims(goodClaims(appId, serviceUrl, now), spoiled, appId, now);
  const good = keys.current();
  switch (spoiled) {
    case "garbage":
      return "not.a.token";
    case "alg-none":
      return `${unsigned("none", claims, good)}.`;
    case "hs256":
      return signWithPublicKey(claims, good);
    case "wrong-key":
      return sign(claims, await keys.stranger(), good.kid);
    case "unknown-kid":
      return sign(claims, await keys.stranger());
    case "unendorsed-key":
      return sign(claims, keys.unendorsed());
    default:
      return sign(claims, good);
  }
}

function goodClaims(appId: string, serviceUrl: string, now: number): JsonObject {
  return { iss: botFrameworkIssuer, aud: appId, serviceurl: serviceUrl, nbf: now, exp: now + hour };
}

function spoilClaims(good: JsonObject, spoiled: Spoiled | undefined, appId: string, now: number): JsonObject {
  switch (spoiled) {
    case "wrong-issuer":
      return { ...good, iss: `${botFrameworkIssuer}.evil.example` };
    case "wrong-audience":
      return { ...good, aud: "00000000-0000-4000-8000-000000000bad" };
    case "expired":
      return { ...good, nbf: now - 2 * hour, exp: now - hour };
    case "not-yet-valid":
      return { ...good, nbf: now + hour, exp: now + 2 * hour };
    case "no-serviceurl-claim":
      return without(good, "serviceurl");
    case "other-serviceurl-claim":
      return { ...good, serviceurl: elsewhere };
    case "emulator": {
      // The form that the Bot Framework's Emulator sends: any tenant's Entra token whose `appid` is the bot's.
      const iss = `https://sts.windows.net/${foreignTenant}/`;
      return { iss, aud: appId, tid: foreignTenant, ver: "1.0", appid: appId, nbf: now, exp: now + hour };
    }
    default:
      return good;
  }
}

function sign(claims: JsonObject, key: SigningKey, kid = key.kid): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid, x5t: kid })
    .sign(key.privateKey);
}

/** HMAC with the public key as its secret: fools a check that lets the token choose the algorithm. */
function signWithPublicKey(claims: JsonObject, key: SigningKey): string {
  const signed = unsigned("HS256", claims, key);
  return `${signed}.${createHmac("sha256", key.publicPem).update(signed).digest("base64url")}`;
}

/** Header and claims of a token; it names a good key, so that a check does not stop there. */
function unsigned(alg: string, claims: JsonObject, key: SigningKey): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg, typ: "JWT", kid: key.kid })}.${part(claims)}`;
}

function without(object: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}
