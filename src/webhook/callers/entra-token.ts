import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { withoutSlash } from "../../config/clouds.ts";
import type { AzureConfig, EventGridEntra } from "../../config/config.ts";
import { describeError } from "../../errors.ts";
import type { SigningKeySource } from "../../outgoing/signing-keys.ts";
import { keySetAddress } from "./entra-key-set.ts";

export type TokenVerdict =
  | { readonly kind: "accepted" }
  /** The key that signed it has not been read yet: the caller may come again. */
  | { readonly kind: "key-unknown" }
  | { readonly kind: "refused"; readonly reason: string };

/** App role that Event Grid's application gets on ours (scripts of its secure webhook delivery documentation). */
const subscriberRole = "AzureEventGridSecureWebhookSubscriber";
/** Difference between Entra's clock and ours that is borne. */
const clockToleranceSeconds = 60;
const longestKeyId = 200;

/**
 * Checks a bearer token of Event Grid's Entra delivery: issuer (v1 or v2) and tenant, audience, Event Grid's own
 * application, its role, times, and an RS256 signature by a key of the tenant. It asks no network.
 */
export async function verifyEntraToken(
  token: string,
  expected: {
    readonly entra: EventGridEntra;
    readonly azure: Pick<AzureConfig, "cloud" | "authorityHost">;
    readonly keys: SigningKeySource;
    readonly now: number;
  },
): Promise<TokenVerdict> {
  const { entra, azure } = expected;
  try {
    const header = decodeProtectedHeader(token);
    if (header.alg !== "RS256") return refused("its algorithm is not RS256");
    const claimed = decodeJwt(token);
    // Looked at before the signature, so that a stranger's token cannot make us read key sets.
    const problem = findClaimProblem(claimed, entra, issuersOf(azure, entra.tenantId));
    if (problem !== undefined) return refused(problem);
    if (header.kid === undefined || header.kid.length > longestKeyId) return refused("it names no key");
    const key = expected.keys.find(keySetAddress(azure.authorityHost, entra.tenantId), header.kid);
    if (key === "unknown-yet") return { kind: "key-unknown" };
    if (key === undefined) return refused("its key is none of the tenant's");
    await jwtVerify(token, key.getKey, {
      algorithms: ["RS256"],
      audience: entra.audience,
      issuer: [...issuersOf(azure, entra.tenantId)],
      requiredClaims: ["exp", "iss", "aud"],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(expected.now),
    });
    return { kind: "accepted" };
  } catch (error) {
    // jose's messages name the claim or the check, never the token.
    return refused(describeError(error));
  }
}

/** Issuers of v1 and v2 tokens; China has its own v1 issuer, the other clouds share one. */
function issuersOf(azure: Pick<AzureConfig, "cloud" | "authorityHost">, tenantId: string): readonly string[] {
  const tenant = tenantId.toLowerCase();
  const v1Host = azure.cloud === "china" ? "https://sts.chinacloudapi.cn" : "https://sts.windows.net";
  return [`${v1Host}/${tenant}/`, `${withoutSlash(azure.authorityHost)}/${tenant}/v2.0`];
}

function findClaimProblem(
  claims: JWTPayload,
  entra: EventGridEntra,
  issuers: readonly string[],
): string | undefined {
  if (typeof claims.iss !== "string" || !issuers.includes(claims.iss)) return "its issuer is another";
  if (claims.tid !== undefined && !sameGuid(claims.tid, entra.tenantId)) return "its tenant is another";
  const audiences = [claims.aud].flat();
  if (!audiences.includes(entra.audience)) return "its audience is another";
  // v1 tokens name the calling application in `appid`, v2 tokens in `azp`.
  const applications = [claims.appid, claims.azp].filter((application) => application !== undefined);
  const fromEventGrid = applications.every((application) => sameGuid(application, entra.eventGridAppId));
  if (applications.length === 0 || !fromEventGrid) return "it was not issued to Event Grid's application";
  if (!Array.isArray(claims.roles) || !claims.roles.includes(subscriberRole)) {
    return `it lacks the role ${subscriberRole}`;
  }
  return undefined;
}

function sameGuid(claim: unknown, guid: string): boolean {
  return typeof claim === "string" && claim.toLowerCase() === guid.toLowerCase();
}

function refused(reason: string): TokenVerdict {
  return { kind: "refused", reason: `the token is refused: ${reason}` };
}
