import { type Handler, json } from "../shared/http-call.ts";
import type { EntraKeys } from "./entra-keys.ts";
import { originSeenBy } from "./origin.ts";

const authorityHost = "login.microsoftonline.com";

/** The tenant's discovery documents, v1 and v2: where its keys are, and who issues its tokens. */
export function createEntraRoutes(options: {
  readonly entra: EntraKeys;
  readonly tenantId: string;
}): Handler {
  const { entra, tenantId } = options;
  const keyPaths = [`/${tenantId}/discovery/v2.0/keys`, `/${tenantId}/discovery/keys`];
  return (call) => {
    if (call.method !== "GET") return undefined;
    if (keyPaths.includes(call.path)) return json(200, entra.jwks);
    const isV2 = call.path === `/${tenantId}/v2.0/.well-known/openid-configuration`;
    if (!isV2 && call.path !== `/${tenantId}/.well-known/openid-configuration`) return undefined;
    const base = `${originSeenBy(call.host, authorityHost)}/${tenantId}`;
    return json(200, {
      issuer: isV2 ? `https://${authorityHost}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`,
      jwks_uri: `${base}/discovery${isV2 ? "/v2.0" : ""}/keys`,
      token_endpoint: `${base}/oauth2${isV2 ? "/v2.0" : ""}/token`,
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["code"],
      subject_types_supported: ["pairwise"],
    });
  };
}
