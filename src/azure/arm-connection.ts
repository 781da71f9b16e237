import type { TokenCredential } from "@azure/core-auth";
import {
  bearerTokenAuthenticationPolicy,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from "@azure/core-rest-pipeline";
import { clouds } from "../config/clouds.ts";
import type { AzureConfig } from "../config/config.ts";
import { jsonOrNothing } from "../outgoing/json-or-nothing.ts";
import { present } from "../present.ts";
import { AzureRefusal, answerOf } from "./azure-refusal.ts";
import { createBoundedClient, pipelineOptions } from "./bounded-client.ts";
import { createTransport } from "./loopback-transport.ts";

// A page of listEvents holds for each event up to 4,096 characters of our own answer beside both messages' headers.
const maxPageBytes = 8 * 1024 * 1024;

/** One call of ARM. */
export interface ArmRequest {
  readonly method: "GET" | "PUT" | "PATCH" | "POST";
  /** Below ARM's root, or an address that ARM gave: a `nextLink`, a `Location`. */
  readonly path: string;
  /** Of the provider; for addresses that have none of their own. */
  readonly apiVersion: string;
  readonly json?: unknown;
  /** The ETag that the resource must still have. */
  readonly ifMatch?: string | undefined;
}

/** What ARM answered with 200, 201, 202 or 204. */
export interface ArmAnswer {
  readonly status: number;
  /** Undefined where there is none, or none that is JSON: a write has had its effect all the same. */
  readonly body: unknown;
  readonly header: (name: string) => string | undefined;
}

// What ARM's providers answer to what they have done, accepted, or have nothing to say about (ARM RPC, "Addendum").
const goodStatuses: readonly number[] = [200, 201, 202, 204];

/** Sends one request to any provider; throws a Refusal for all but 200, 201, 202 and 204. */
export type SendToArm = (request: ArmRequest, signal: AbortSignal) => Promise<ArmAnswer>;

/** ARM seen with one identity. Nothing is sent before the first call. */
export function createArmConnection(deps: {
  readonly azure: Pick<AzureConfig, "cloud" | "armEndpoint">;
  readonly credential: TokenCredential;
}): SendToArm {
  const origin = clouds[deps.azure.cloud].armEndpoint;
  const endpoint = deps.azure.armEndpoint;
  const client = createBoundedClient({ maxBodyBytes: maxPageBytes });
  const httpClient = createTransport({
    ...{ origin, endpoint, client },
    isSame: (url) => isRegional(url, origin),
  });
  const pipeline = createPipelineFromOptions(pipelineOptions);
  pipeline.addPolicy(
    bearerTokenAuthenticationPolicy({ credential: deps.credential, scopes: `${origin}/.default` }),
    { afterPhase: "Sign" },
  );
  return async ({ method, path, apiVersion, json, ifMatch }, signal) => {
    const url = urlOf(path, origin, endpoint);
    // Put behind the query as text: searchParams would write the spaces of a $filter as plus signs.
    if (!url.searchParams.has("api-version"))
      url.search = `${url.search === "" ? "?" : `${url.search}&`}api-version=${apiVersion}`;
    const headers = createHttpHeaders({ Accept: "application/json" });
    if (json !== undefined) headers.set("Content-Type", "application/json");
    if (ifMatch !== undefined) headers.set("If-Match", ifMatch);
    const body = json === undefined ? undefined : JSON.stringify(json);
    const sent = { url: url.href, method, headers, abortSignal: signal, ...present({ body }) };
    const response = await pipeline.sendRequest(httpClient, createPipelineRequest(sent));
    const answer = answerOf(response);
    if (!goodStatuses.includes(answer.status)) throw new AzureRefusal("call", answer);
    return { ...answer, body: jsonOrNothing(answer.body) };
  };
}

// An address that ARM gave names ARM, one of its regions, or the endpoint that stands for it; anything else would carry the
// token away.
function urlOf(path: string, origin: string, endpoint: string): URL {
  const url = new URL(path, origin);
  if (isRegional(url, origin)) return url;
  if (url.origin !== origin && url.origin !== new URL(endpoint).origin) {
    throw new Error(`The answer leads to ${url.origin}, which is not ${origin}.`);
  }
  return new URL(url.pathname + url.search, origin);
}

/** Whether it is an address of ARM in one region: `https://westeurope.management.azure.com`. */
function isRegional(url: URL, origin: string): boolean {
  const [region = "", ...rest] = url.host.split(".");
  return (
    url.protocol === "https:" &&
    url.username === "" &&
    url.password === "" &&
    /^[a-z0-9-]+$/.test(region) &&
    rest.join(".") === new URL(origin).host
  );
}
