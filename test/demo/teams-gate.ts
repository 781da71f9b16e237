import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";
import type { TeamsWorld } from "../../demo/teams/world.ts";

/** Why a careful bot would refuse this activity; undefined for a good one. Written from the rules, not from the world. */
export async function whyRefused(
  world: TeamsWorld,
  authorization: string | undefined,
  activity: Record<string, unknown>,
): Promise<string | undefined> {
  if (authorization === undefined) return "no authorization";
  const [scheme, token = ""] = authorization.split(" ");
  if (scheme !== "Bearer") return "not Bearer";
  const metadata = await getJson(world.openIdMetadataUrl);
  const jwks = await getJson(metadata.jwks_uri);
  try {
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), {
      issuer: "https://api.botframework.com",
      audience: world.bot.appId,
      algorithms: ["RS256"],
      clockTolerance: 300,
    });
    const key = jwks.keys.find(({ kid }: { kid: string }) => kid === protectedHeader.kid);
    if (!key.endorsements.includes(activity.channelId)) return "key not endorsed";
    if (activity.serviceUrl === undefined) return "no serviceUrl";
    if (payload.serviceurl === undefined) return "no serviceurl claim";
    if (payload.serviceurl !== activity.serviceUrl) return "serviceurl differs";
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed) return `${error.claim} ${error.reason}`;
    if (error instanceof errors.JOSEError) return error.code;
    throw error;
  }
  const { conversation, channelData } = Object(activity);
  if (channelData?.tenant?.id !== world.tenantId) return "sender's tenant";
  if (conversation?.tenantId !== world.tenantId) return "conversation's tenant";
  return undefined;
}

/** Header and claims of a token, unverified. */
export function peek(authorization: string | undefined) {
  const token = authorization?.split(" ")[1] ?? "";
  return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
}

/** The JSON at an address. */
export async function getJson(url: string) {
  return JSON.parse(await (await fetch(url)).text());
}
