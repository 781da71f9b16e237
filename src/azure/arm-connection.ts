import type { TokenCredential } from "@azure/core-auth";
import {
  bearerTokenAuthenticationPolicy,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { armOriginOf } from "../config/clouds.ts";
import type { AzureConfig } from "../config/config.ts";
import { answerOf } from "./answer-of.ts";
import { createBoundedClient } from "./bounded-client.ts";
import { createTransport } from "./loopback-transport.ts";
import { Refusal } from "./refusal.ts";

// The newest stable version of registries and webhooks (acr-facts 3).
const apiVersion = "2025-11-01";
// A page of listEvents holds for each event up to 4,096 characters of our own answer beside both messages' headers.
const maxPageBytes = 8 * 1024 * 1024;

export type ArmConnection = ReturnType<typeof createArmConnection>;

/** ARM seen with one identity. Nothing is sent before the first call. */
export function createArmConnection(deps: {
  readonly azure: Pick<AzureConfig, "cloud" | "armEndpoint">;
  readonly credential: TokenCredential;
}) {
  const origin = armOriginOf(deps.azure.cloud);
  const endpoint = deps.azure.armEndpoint;
  const client = createBoundedClient({ maxBodyBytes: maxPageBytes });
  const httpClient = createTransport({ origin, endpoint, client });
  const pipeline = createPipelineFromOptions({
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: "acr-chatops" },
  });
  pipeline.addPolicy(
    bearerTokenAuthenticationPolicy({ credential: deps.credential, scopes: `${origin}/.default` }),
    { afterPhase: "Sign" },
  );

  return {
    /** Sends one request and gives the parsed answer; `path` is one below ARM's root, or a `nextLink`. */
    async send(method: "GET" | "POST", path: string, signal: AbortSignal): Promise<unknown> {
      const url = pageUrl(path, origin, endpoint);
      if (!url.searchParams.has("api-version")) url.searchParams.set("api-version", apiVersion);
      const headers = createHttpHeaders({ Accept: "application/json" });
      const request = createPipelineRequest({ url: url.href, method, headers, abortSignal: signal });
      const response = await pipeline.sendRequest(httpClient, request);
      if (response.status !== 200) throw new Refusal("call", answerOf(response));
      return JSON.parse(response.bodyAsText ?? "");
    },
  };
}

// A nextLink names ARM, or the endpoint that stands for it; anything else would carry the token away.
function pageUrl(path: string, origin: string, endpoint: string): URL {
  const url = new URL(path, origin);
  if (url.origin !== origin && url.origin !== new URL(endpoint).origin) {
    throw new Error(`The next page is on ${url.origin}, which is not ${origin}.`);
  }
  return new URL(url.pathname + url.search, origin);
}
