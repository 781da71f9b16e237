import { isSameSecret } from "../shared/credentials.ts";
import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import type { EntraKeys } from "./entra-keys.ts";
import type { Identity } from "./rights.ts";

/** Where the managed identity endpoint of App Service is found on the world's server. */
export const identityPath = "/msi/token";

// The only version of App Service's endpoint that Azure's identity library speaks.
const apiVersion = "2019-08-01";

/** App Service's managed identity endpoint: a GET with the secret header gives a v1 Entra token for `resource`. */
export function createIdentityEndpoint(options: {
  readonly entra: EntraKeys;
  readonly tenantId: string;
  readonly identities: readonly Identity[];
  readonly secret: string;
}): Handler {
  return async (call) => {
    if (call.path !== identityPath || call.method !== "GET") return undefined;
    const given = call.headers["x-identity-header"];
    if (typeof given !== "string" || !isSameSecret(given, options.secret))
      return refusal(401, "Unauthorized");
    if (call.query.get("api-version") !== apiVersion) return refusal(400, "Unsupported api-version");
    const resource = call.query.get("resource");
    if (resource === null || resource === "") return refusal(400, "The resource parameter is missing");
    const identity = findIdentity(options.identities, call);
    if (identity === undefined) {
      return refusal(400, "No User Assigned or Delegated Managed Identity found for specified ClientId");
    }
    return token(options, identity, resource);
  };
}

async function token(
  { entra, tenantId }: { readonly entra: EntraKeys; readonly tenantId: string },
  identity: Identity,
  resource: string,
): Promise<Reply> {
  const accessToken = await entra.sign({
    aud: resource,
    iss: `https://sts.windows.net/${tenantId}/`,
    tid: tenantId,
    appid: identity.clientId,
    appidacr: "2",
    oid: identity.clientId,
    sub: identity.clientId,
    idtyp: "app",
    ver: "1.0",
  });
  const claims = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString("utf8")) as {
    exp: number;
  };
  return json(200, {
    access_token: accessToken,
    // Seconds since 1970, as text.
    expires_on: String(claims.exp),
    resource,
    token_type: "Bearer",
    client_id: identity.clientId,
  });
}

function findIdentity(identities: readonly Identity[], call: Call): Identity | undefined {
  const clientId = call.query.get("client_id");
  return clientId === null ? identities[0] : identities.find((identity) => identity.clientId === clientId);
}

function refusal(statusCode: number, message: string): Reply {
  return json(statusCode, { statusCode, message });
}
