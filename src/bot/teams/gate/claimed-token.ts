import { decodeJwt, decodeProtectedHeader } from "jose";
import type { TeamsConfig } from "../../../config/config.ts";

/** What a bearer token says of itself, its signature not checked yet. */
export type Claimed =
  | { readonly ok: true; readonly token: string; readonly keyId: string; readonly serviceUrl: string }
  | { readonly ok: false; readonly why: string };

// The Bot Framework's tokens have about 1,200 characters.
const longestToken = 16_384;
const longestKeyId = 200;
const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/**
 * Reads an `Authorization` header and refuses what could not be right whoever signed it: another algorithm than RS256,
 * another issuer or app, no key id, no `serviceurl` (learn.microsoft.com, "Authenticate requests from the Bot
 * Connector service").
 */
export function readClaimed(
  authorization: string | undefined,
  config: Pick<TeamsConfig, "tokenIssuer" | "appId">,
): Claimed {
  if (authorization === undefined) return refuse("there is no token");
  if (authorization.length > longestToken) return refuse("the token is too long");
  const token = bearer.exec(authorization)?.[1];
  if (token === undefined) return refuse("there is no bearer token");
  try {
    const header = decodeProtectedHeader(token);
    if (header.alg !== "RS256") return refuse("the token's algorithm is not RS256");
    const { kid } = header;
    if (typeof kid !== "string" || kid === "" || kid.length > longestKeyId)
      return refuse("the token names no key");
    const { iss, aud, serviceurl } = decodeJwt(token);
    if (iss !== config.tokenIssuer) return refuse("the token's issuer is another");
    if (typeof aud !== "string" || aud.toLowerCase() !== config.appId)
      return refuse("the token is for another app");
    if (typeof serviceurl !== "string" || serviceurl === "") return refuse("the token names no serviceurl");
    return { ok: true, token, keyId: kid, serviceUrl: serviceurl };
  } catch {
    // jose says no more than that the token is malformed.
    return refuse("the token is malformed");
  }
}

function refuse(why: string): Claimed {
  return { ok: false, why };
}
