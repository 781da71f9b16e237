import { readBearer } from "../shared/credentials.ts";
import type { Call } from "../shared/http-call.ts";
import { ArmError } from "./arm-error.ts";
import type { EntraKeys } from "./entra-keys.ts";

const armAudiences = ["https://management.azure.com", "https://management.core.windows.net"];

/** Says who calls ARM, or throws 401 or 400 (no api-version) as ARM words them. */
export type ArmGate = (call: Call) => Promise<string>;

/** Checks calls of the management plane: an Entra token for ARM, and `api-version`. */
export function createArmGate(options: { readonly entra: EntraKeys; readonly tenantId: string }): ArmGate {
  const challenge = {
    "WWW-Authenticate": `Bearer authorization_uri="https://login.microsoftonline.com/${options.tenantId}", error="invalid_token"`,
  };

  async function readSubject(token: string): Promise<string> {
    try {
      const claims = await options.entra.verify(token, armAudiences);
      if (typeof claims.appid === "string") return claims.appid;
      throw new ArmError(401, "InvalidAuthenticationToken", "The access token is invalid.", challenge);
    } catch (error) {
      if (error instanceof ArmError) throw error;
      throw tokenError(error, challenge);
    }
  }

  return async (call) => {
    const token = readBearer(call.headers);
    if (token === undefined) {
      const message = "Authentication failed. The 'Authorization' header is missing.";
      throw new ArmError(401, "AuthenticationFailed", message, challenge);
    }
    const subject = await readSubject(token);
    if ((call.query.get("api-version") ?? "") === "") {
      const message = "The api-version query parameter (?api-version=) is required for all requests.";
      throw new ArmError(400, "MissingApiVersionParameter", message);
    }
    return subject;
  };
}

/** 403 as ARM words it; `action` such as `Microsoft.Web/sites/read`, `scope` an ARM id. */
export function armForbidden(subject: string, action: string, scope: string): ArmError {
  const message = `The client '${subject}' with object id '${subject}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
  return new ArmError(403, "AuthorizationFailed", message);
}

function tokenError(error: unknown, challenge: Readonly<Record<string, string>>): ArmError {
  const { code, claim } = error as { code?: string; claim?: string };
  if (code === "ERR_JWT_EXPIRED") {
    return new ArmError(
      401,
      "ExpiredAuthenticationToken",
      "The access token expiry UTC time is earlier than now.",
      challenge,
    );
  }
  if (claim === "aud") {
    const message = `The access token has been obtained for wrong audience or resource. It should exactly match with one of the allowed audiences '${armAudiences.join("','")}'.`;
    return new ArmError(401, "InvalidAuthenticationTokenAudience", message, challenge);
  }
  return new ArmError(401, "InvalidAuthenticationToken", "The access token is invalid.", challenge);
}
