import { randomBytes, randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Right } from "./rights.ts";

// The sample of Azure/acr docs/AAD-OAuth.md: a refresh token of about 35 minutes, an access token of 75.
const refreshLifeSeconds = 35 * 60;
const accessLifeSeconds = 75 * 60;
const acrIssuer = "Azure Container Registry";

/** One scope that was granted, as ACR writes it into the token. */
export type Access = { readonly Type: string; readonly Name: string; readonly Actions: readonly string[] };

/** Who holds a token and what it opens; `roles` carries the quarantine roles. */
export type Grant = {
  readonly subject: string;
  readonly access: readonly Access[];
  readonly roles: readonly string[];
};

/** Signs and reads the registry's own tokens. */
export type AcrTokens = ReturnType<typeof createAcrTokens>;

/** Tokens of one registry; the key is made at start and known to nobody else, so HS256 does for clients that only read `exp`. */
export function createAcrTokens(options: {
  readonly loginServer: string;
  readonly now: () => number;
  readonly refreshSeconds?: number;
  readonly accessSeconds?: number;
}) {
  const key = randomBytes(32);

  function sign(claims: Record<string, unknown>, subject: string, seconds: number): Promise<string> {
    const issuedAt = Math.floor(options.now() / 1000);
    return new SignJWT({ ...claims, version: "1.0", jti: randomUUID() })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setSubject(subject)
      .setIssuer(acrIssuer)
      .setAudience(options.loginServer)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + seconds)
      .sign(key);
  }

  async function verify(token: string, grantType: string): Promise<Record<string, unknown> | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ["HS256"],
        issuer: acrIssuer,
        audience: options.loginServer,
        currentDate: new Date(options.now()),
      });
      return payload.grant_type === grantType ? payload : undefined;
    } catch {
      // Expired, forged or of another registry: to the caller these are all just not a token.
      return undefined;
    }
  }

  return {
    refreshToken(subject: string, rights: readonly Right[]): Promise<string> {
      const seconds = options.refreshSeconds ?? refreshLifeSeconds;
      return sign(
        { grant_type: "refresh_token", permissions: { Actions: rights, NotActions: null } },
        subject,
        seconds,
      );
    },
    accessToken(grant: Grant): Promise<string> {
      const { access, roles } = grant;
      const seconds = options.accessSeconds ?? accessLifeSeconds;
      return sign({ grant_type: "access_token", access, roles }, grant.subject, seconds);
    },
    /** Who a refresh token belongs to, or undefined when it is not a valid one. */
    async readRefreshToken(token: string): Promise<string | undefined> {
      const claims = await verify(token, "refresh_token");
      return typeof claims?.sub === "string" ? claims.sub : undefined;
    },
    /** What an access token opens, or undefined when it is not a valid one. */
    async readAccessToken(token: string): Promise<Grant | undefined> {
      const claims = await verify(token, "access_token");
      if (typeof claims?.sub !== "string") return undefined;
      // Signed by us a moment ago, so its shape is known.
      return {
        subject: claims.sub,
        access: claims.access as readonly Access[],
        roles: claims.roles as readonly string[],
      };
    },
  };
}
