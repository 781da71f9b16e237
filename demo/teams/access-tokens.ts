import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { jwtVerify, SignJWT } from "jose";
import { isSameSecret, readBearer } from "../shared/credentials.ts";
import type { Reply } from "../shared/http-call.ts";
import type { TeamsFacts } from "./options.ts";
import { takeKey, tenantKeyPlace } from "./signing-keys.ts";

/** What the bot's own tokens are made out to. */
export const connectorAudience = "https://api.botframework.com";

// Entra's app tokens live 60 to 90 minutes.
const tokenSeconds = 75 * 60;

/** The token endpoint for client credentials, and the check of bearer tokens at the connector. */
export type AccessTokens = Awaited<ReturnType<typeof createAccessTokens>>;

/** A tenant's key of its own, which has nothing to do with the Bot Framework's. */
export async function createAccessTokens(facts: TeamsFacts) {
  const { privateKey, publicKey } = await takeKey(tenantKeyPlace);

  async function issue(lifetimeSeconds = tokenSeconds): Promise<string> {
    const now = Math.floor(facts.wallClock() / 1000);
    return new SignJWT({ appid: facts.bot.appId, idtyp: "app", tid: facts.tenantId, uti: randomUUID() })
      .setProtectedHeader({ alg: "RS256", typ: "JWT" })
      .setIssuer(`https://sts.windows.net/${facts.tenantId}/`)
      .setAudience(connectorAudience)
      .setNotBefore(now + Math.min(0, 2 * lifetimeSeconds))
      .setExpirationTime(now + lifetimeSeconds)
      .sign(privateKey);
  }

  async function isOurs(jwt: string): Promise<boolean> {
    try {
      const { payload } = await jwtVerify(jwt, publicKey, {
        algorithms: ["RS256"],
        audience: connectorAudience,
        currentDate: new Date(facts.wallClock()),
      });
      return payload.appid === facts.bot.appId;
    } catch {
      return false; // not ours, expired or damaged: all of them are answered 401
    }
  }

  const isSecret = (given: string) => facts.appSecret !== undefined && isSameSecret(given, facts.appSecret);

  return {
    /** A token for the bot without asking the endpoint; a negative lifetime gives one that has expired. */
    issue,
    /** Whether these headers carry a token that the connector takes. */
    async isAuthorized(headers: IncomingHttpHeaders): Promise<boolean> {
      const jwt = readBearer(headers);
      if (jwt === undefined) return false;
      return (await isOurs(jwt)) || (await facts.acceptToken(jwt));
    },
    /** `POST /<tenant>/oauth2/v2.0/token`: client credentials, as Entra answers them. */
    async answer(tenant: string, body: string): Promise<Reply> {
      const form = new URLSearchParams(body);
      const isKnown = tenant === facts.tenantId || tenant === "botframework.com";
      if (!isKnown) return refusal("invalid_request", "AADSTS90002: Tenant not found.");
      if (form.get("grant_type") !== "client_credentials") {
        return refusal("unsupported_grant_type", "AADSTS70003: Only client_credentials is supported.");
      }
      if (form.get("scope") !== `${connectorAudience}/.default`) {
        return refusal("invalid_scope", "AADSTS70011: The provided scope is not valid.");
      }
      const isClient = form.get("client_id") === facts.bot.appId;
      if (!isClient || !isSecret(form.get("client_secret") ?? "")) {
        return refusal("invalid_client", "AADSTS7000215: Invalid client secret provided.", 401);
      }
      const access_token = await issue();
      return { status: 200, body: { token_type: "Bearer", expires_in: tokenSeconds, access_token } };
    },
  };
}

function refusal(error: string, error_description: string, status = 400): Reply {
  return { status, body: { error, error_description } };
}
