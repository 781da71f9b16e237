import {
  bearerTokenAuthenticationPolicy,
  type PipelinePolicy,
  type PipelineRequest,
} from "@azure/core-rest-pipeline";
import { AzureRefusal, answerOf } from "../../azure/azure-refusal.ts";
import { keepNewest } from "../../work/keep-newest.ts";
import type { AcrTokens } from "./acr-tokens.ts";

// One entry for each kind of call and repository; the oldest goes.
const maxKnownScopes = 1000;
const longestChallenge = 4096;

/**
 * The authentication of every call, raw or by the SDK: takes the scope from the challenge of the very request, and next
 * time has the token at hand. It stands innermost, so that the SDK's own handler, which keeps one token per client and
 * fails outside of any call when a background refresh fails, never sees a 401. Any answer of 400 or more is thrown as a
 * Refusal.
 */
export function createAcrAuthentication(deps: {
  readonly tokens: AcrTokens;
  readonly loginServer: string;
  /** The scope to use for a request whatever the challenge says, where one was set. */
  readonly fixedScope: (request: PipelineRequest) => string | undefined;
}): PipelinePolicy {
  const { tokens, fixedScope } = deps;
  const knownScopes = new Map<string, string>();

  const bearer = bearerTokenAuthenticationPolicy({
    scopes: [],
    challengeCallbacks: {
      async authorizeRequest({ request }) {
        const scope = fixedScope(request) ?? knownScopes.get(kindOf(request));
        const token = scope === undefined ? undefined : tokens.findAccessToken(scope);
        if (token !== undefined) request.headers.set("Authorization", `Bearer ${token}`);
      },
      async authorizeRequestOnChallenge({ request, response }) {
        const challenge = readChallenge(response.headers.get("WWW-Authenticate") ?? "");
        const scope = fixedScope(request) ?? challenge.scope;
        if (scope === undefined) return false;
        const token = await tokens.fetchAccessToken(challenge.service ?? deps.loginServer, scope);
        keepNewest(knownScopes, kindOf(request), scope, maxKnownScopes);
        request.headers.set("Authorization", `Bearer ${token}`);
        return true;
      },
    },
  });

  return {
    name: "acrAuthentication",
    async sendRequest(request, next) {
      const response = await bearer.sendRequest(request, next);
      if (response.status >= 400) throw new AzureRefusal("call", answerOf(response));
      return response;
    },
  };
}

// Requests that differ only in their tag or digest need the same scope.
function kindOf(request: PipelineRequest): string {
  const { pathname } = new URL(request.url);
  return `${request.method} ${pathname.replace(/\/(manifests|blobs|_tags|_manifests)\/[^/]+$/, "/$1/")}`;
}

function readChallenge(header: string) {
  const text = /^Bearer\s/i.test(header) ? header.slice(0, longestChallenge) : "";
  return { service: parameter(text, "service"), scope: parameter(text, "scope") };
}

function parameter(header: string, name: string): string | undefined {
  return new RegExp(`[\\s,]${name}="([^"]{1,1024})"`, "i").exec(header)?.[1];
}
