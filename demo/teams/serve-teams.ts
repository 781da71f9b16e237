import type { Struck } from "../shared/faults.ts";
import { BadCall, type Call, type Reply } from "../shared/http-call.ts";
import { isObject, parseObject } from "../shared/json-object.ts";
import { type LoopbackServer, serveCalls } from "../shared/serve-calls.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { Asked, createConnector } from "./connector.ts";
import { findCall } from "./connector.ts";
import { plainRefusal } from "./connector-error.ts";
import type { Faults, TeamsFault } from "./faults.ts";
import type { RecordedCall } from "./recorded-call.ts";
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
  readonly record: (call: RecordedCall) => void;
  readonly address: () => string;
};

/** One request, as it will be answered and written down. */
type Route = {
  readonly record?: Pick<RecordedCall, "method" | "conversation" | "activityId" | "body">;
  readonly strike?: () => Struck<TeamsFault> | undefined;
  readonly run: () => Reply | Promise<Reply>;
};

/** Where the Bot Framework's OpenID metadata is, below the address. */
export const metadataPath = "/v1/.well-known/openidconfiguration";
// Far above what a message may hold; a double must not be a way to fill the memory either.
const largestBodyBytes = 1_000_000;

/** Starts the loopback server: metadata, keys, token endpoint, connector and Workflows URLs. */
export function serveTeams(deps: ServeDeps): Promise<LoopbackServer> {
  const { state } = deps;
  return serveCalls<Route, TeamsFault>({
    port: state.facts.port,
    read: async (call) => {
      const body = (await call.readBody(largestBodyBytes)).toString("utf8");
      return findRoute(deps, call, { body, headers: call.headers, query: call.query });
    },
    strike: ({ strike }) => strike?.(),
    answer: ({ run }) => run(),
    wrong: (_, status) => plainRefusal(status),
    refuse: (error) => {
      // No conversation has an id that does not decode.
      if (error instanceof BadCall) return plainRefusal(error.part === "path" ? 404 : error.status);
      throw error;
    },
    heard: ({ record }, reply) => {
      if (record === undefined) return;
      const said = reply?.body;
      const error = isObject(said) && isObject(said.error) ? { error: String(said.error.code) } : {};
      deps.record({ ...record, at: state.facts.now(), status: reply?.status ?? 0, ...error });
      state.changed();
    },
  });
}

function findRoute(deps: ServeDeps, call: Call, asked: Asked): Route {
  // Ids in a path may hold an encoded slash, so it is taken apart before it is decoded.
  const path = new URL(call.rawTarget, "http://127.0.0.1").pathname;
  return (
    findEndpoint(deps, call.method, path, asked) ??
    findConnectorRoute(deps, call.method, path, asked) ?? { run: () => ({ status: 404, body: "not found" }) }
  );
}

function findConnectorRoute(deps: ServeDeps, method: string, path: string, asked: Asked): Route | undefined {
  // Service URLs have a region in their path; all of them lead here.
  const below = /^\/[a-z]+(\/v3\/.*)$/.exec(path)?.[1];
  const call = below === undefined ? undefined : findCall(method, below);
  if (call === undefined) return undefined;
  const { operation, ...where } = call;
  return {
    record: { method: operation, ...where, body: parseObject(asked.body) ?? {} },
    strike: () => deps.faults.strikeConnector(operation, method),
    run: () => deps.connector(call, asked),
  };
}

function findEndpoint(deps: ServeDeps, method: string, path: string, { body }: Asked): Route | undefined {
  const { state, keys, tokens, faults } = deps;
  const route = (
    name: Parameters<Faults["strikeEndpoint"]>[0],
    run: Route["run"],
    kept = parseObject(body) ?? {},
  ): Route => ({ record: { method: name, body: kept }, strike: () => faults.strikeEndpoint(name), run });
  if (method === "GET" && path === metadataPath) {
    return route("openidconfiguration", () => ({ status: 200, body: metadata(deps.address()) }));
  }
  if (method === "GET" && path === "/v1/keys")
    return route("keys", () => ({ status: 200, body: keys.jwks() }));
  const tenant = /^\/([\w.-]+)\/oauth2\/v2\.0\/token$/.exec(path)?.[1];
  // Its body is a secret, which is not kept.
  if (method === "POST" && tenant !== undefined) return route("token", () => tokens.answer(tenant, body), {});
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
