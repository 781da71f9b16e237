import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import type { AcrTokens } from "./acr-tokens.ts";
import { type Callers, readBasic } from "./callers.ts";
import type { EntraKeys } from "./entra-keys.ts";
import { RegistryError } from "./registry-error.ts";

const maxFormBytes = 64 * 1024;
// A registry takes ARM's tokens too unless its policy azureADAuthenticationAsArmPolicy is off (acr-facts 3.8).
const audiences = ["https://containerregistry.azure.net", "https://management.azure.com"];

/** `/oauth2/exchange` and `/oauth2/token` as acr-facts 4.1 has them. */
export function createOauth2Routes(options: {
  readonly loginServer: string;
  readonly entra: EntraKeys;
  readonly tokens: AcrTokens;
  readonly callers: Callers;
}): Handler {
  const { entra, tokens, callers, loginServer } = options;

  async function exchange(form: URLSearchParams): Promise<Reply> {
    if (form.get("grant_type") !== "access_token") throw unsupportedGrant();
    checkService(form, loginServer);
    const subject = await findEntraSubject(form.get("access_token") ?? "");
    if (subject === undefined) throw unauthorized();
    return json(200, { refresh_token: await tokens.refreshToken(subject, callers.rightsOf(subject)) });
  }

  async function findEntraSubject(token: string): Promise<string | undefined> {
    try {
      const claims = await entra.verify(token, audiences);
      return typeof claims.appid === "string" ? claims.appid : undefined;
    } catch {
      // Forged, expired or for another audience: ACR answers all of them with the same 401.
      return undefined;
    }
  }

  async function grantByForm(form: URLSearchParams): Promise<Reply> {
    checkService(form, loginServer);
    const grantType = form.get("grant_type");
    if (grantType === "refresh_token") {
      const subject = await tokens.readRefreshToken(form.get("refresh_token") ?? "");
      return accessToken(subject, form.getAll("scope"));
    }
    if (grantType !== "password") throw unsupportedGrant();
    const username = form.get("username");
    // The SDK without a credential sends this grant with an empty token: that is an anonymous call.
    if (username === null) return accessToken(callers.anonymous, form.getAll("scope"));
    return accessToken(callers.findAdmin(username, form.get("password") ?? ""), form.getAll("scope"));
  }

  async function grantByQuery(call: Call): Promise<Reply> {
    checkService(call.query, loginServer);
    const scopes = call.query.getAll("scope");
    if (call.headers.authorization === undefined) return accessToken(callers.anonymous, scopes);
    const basic = readBasic(call.headers.authorization);
    return accessToken(basic === undefined ? undefined : callers.findAdmin(...basic), scopes);
  }

  async function accessToken(subject: string | undefined, scopes: readonly string[]): Promise<Reply> {
    if (subject === undefined) throw unauthorized();
    const grant = callers.grant(subject, scopes);
    const mayNothing = callers.rightsOf(subject).length === 0;
    if (mayNothing || (subject === callers.anonymous && scopes.length > 0 && grant.access.length === 0)) {
      throw unauthorized();
    }
    return json(200, { access_token: await tokens.accessToken(grant) });
  }

  return async (call) => {
    const isPost = call.method === "POST";
    if (call.path === "/oauth2/exchange" && isPost) return exchange(await readForm(call));
    if (call.path === "/oauth2/token" && isPost) return grantByForm(await readForm(call));
    if (call.path === "/oauth2/token" && call.method === "GET") return grantByQuery(call);
    return undefined;
  };
}

async function readForm(call: Call): Promise<URLSearchParams> {
  return new URLSearchParams((await call.readBody(maxFormBytes)).toString("utf8"));
}

function checkService(form: URLSearchParams, loginServer: string): void {
  if (form.get("service") === loginServer) return;
  throw new RegistryError(400, "UNSUPPORTED", `service is not ${loginServer}`);
}

function unsupportedGrant(): RegistryError {
  return new RegistryError(400, "UNSUPPORTED", "grant_type is not supported");
}

function unauthorized(): RegistryError {
  return new RegistryError(
    401,
    "UNAUTHORIZED",
    "authentication required, visit https://aka.ms/acr/authorization",
    {
      detail: [],
    },
  );
}
