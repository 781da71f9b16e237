import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Struck } from "../shared/faults.ts";
import { isObject, parseObject } from "../shared/json-object.ts";
import type { HttpAnswer } from "../slack/http-answer.ts";
import { readBody, sendAnswer } from "../slack/http-answer.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { createCalls, RecordedCall } from "./calls.ts";
import type { Asked, createConnector } from "./connector.ts";
import { findCall } from "./connector.ts";
import { plainRefusal } from "./connector-error.ts";
import type { Faults } from "./faults.ts";
import { withFault } from "./faults.ts";
import { botFrameworkIssuer } from "./sign-activity.ts";
import type { SigningKeys } from "./signing-keys.ts";
import type { TeamsState } from "./state.ts";
import { answerWorkflow } from "./workflow.ts";

/** What the server needs. */
export type ServeDeps = {
  readonly state: TeamsState;
  readonly keys: SigningKeys;
  readonly tokens: AccessTokens;
  readonly connector: ReturnType<typeof createConnector>;
  readonly faults: Faults;
  readonly calls: ReturnType<typeof createCalls>;
  readonly address: () => string;
};

/** A running server: its address `http://127.0.0.1:PORT`, and its end. */
export type TeamsServer = { readonly address: string; readonly close: () => Promise<void> };

/** One request, as it will be answered and written down. */
type Route = {
  readonly record: Pick<RecordedCall, "method" | "conversation" | "activityId">;
  readonly struck: Struck | undefined;
  readonly run: () => Promise<HttpAnswer>;
  /** False: its body is a secret. */
  readonly isBodyKept: boolean;
};

/** Where the Bot Framework's OpenID metadata is, below the address. */
export const metadataPath = "/v1/.well-known/openidconfiguration";

/** Starts the loopback server: metadata, keys, token endpoint, connector and Workflows URLs. */
export async function serveTeams(deps: ServeDeps): Promise<TeamsServer> {
  const server = createServer((request, response) => {
    handle(deps, request, response).catch((error: unknown) => {
      // A bug of the double: show it to the caller instead of hanging.
      if (!response.headersSent) sendAnswer(response, { status: 500, body: `demo teams: ${String(error)}` });
      else response.destroy();
    });
  });
  await listen(server, deps.state.facts.port);
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the Teams server has no TCP port");
  return {
    address: `http://127.0.0.1:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

async function handle(deps: ServeDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const body = await readBody(request);
  if (body === undefined) {
    // What is left of the body is not read, so the connection cannot be used again.
    return sendAnswer(response, { ...plainRefusal(413), headers: { connection: "close" } });
  }
  const asked = { body, headers: request.headers, query: url.searchParams };
  const route = findRoute(deps, request.method ?? "GET", url.pathname, asked);
  if (route === undefined) return sendAnswer(response, { status: 404, body: "not found" });
  const answer = await withFault(route.struck, route.run);
  const { status, body: said } = answer ?? { status: 0, body: undefined };
  const error = isObject(said) && isObject(said.error) ? { error: String(said.error.code) } : {};
  const kept = route.isBodyKept ? (parseObject(body) ?? {}) : {};
  deps.calls.add({ ...route.record, body: kept, at: deps.state.facts.now(), status, ...error });
  deps.state.changed();
  if (answer === undefined) response.destroy();
  else sendAnswer(response, answer);
}

function findRoute(deps: ServeDeps, method: string, path: string, asked: Asked): Route | undefined {
  return findEndpoint(deps, method, path, asked) ?? findConnectorRoute(deps, method, path, asked);
}

function findConnectorRoute(deps: ServeDeps, method: string, path: string, asked: Asked): Route | undefined {
  // Service URLs have a region in their path; all of them lead here.
  const below = /^\/[a-z]+(\/v3\/.*)$/.exec(path)?.[1];
  const call = below === undefined ? undefined : findCall(method, below);
  if (call === undefined) return undefined;
  const { operation, ...where } = call;
  return {
    record: { method: operation, ...where },
    struck: deps.faults.strikeConnector(operation, method),
    run: () => deps.connector(call, asked),
    isBodyKept: true,
  };
}

function findEndpoint(deps: ServeDeps, method: string, path: string, { body }: Asked): Route | undefined {
  const { state, keys, tokens, faults } = deps;
  const route = (
    name: Parameters<Faults["strikeEndpoint"]>[0],
    run: () => HttpAnswer | Promise<HttpAnswer>,
    isBodyKept = true,
  ): Route => ({
    record: { method: name },
    struck: faults.strikeEndpoint(name),
    run: async () => run(),
    isBodyKept,
  });
  if (method === "GET" && path === metadataPath) {
    return route("openidconfiguration", () => ({ status: 200, body: metadata(deps.address()) }));
  }
  if (method === "GET" && path === "/v1/keys")
    return route("keys", () => ({ status: 200, body: keys.jwks() }));
  const tenant = /^\/([\w.-]+)\/oauth2\/v2\.0\/token$/.exec(path)?.[1];
  if (method === "POST" && tenant !== undefined)
    return route("token", () => tokens.answer(tenant, body), false);
  const secret = /^\/workflows\/([^/]+)$/.exec(path)?.[1];
  if (method === "POST" && secret !== undefined)
    return route("workflow", () => answerWorkflow(state, secret, body));
  return undefined;
}

// As https://login.botframework.com/v1/.well-known/openidconfiguration has it.
function metadata(address: string) {
  return {
    issuer: botFrameworkIssuer,
    authorization_endpoint: "https://invalid.botframework.com",
    jwks_uri: `${address}/v1/keys`,
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["private_key_jwt"],
  };
}
