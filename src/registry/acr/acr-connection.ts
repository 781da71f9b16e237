import type { ContainerRegistryClientOptions } from "@azure/container-registry";
import type { TokenCredential } from "@azure/core-auth";
import {
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import { answerOf } from "../../azure/azure-refusal.ts";
import { createBoundedClient, pipelineOptions } from "../../azure/bounded-client.ts";
import { createTransport } from "../../azure/loopback-transport.ts";
import { withDeadline } from "../../outgoing/deadline.ts";
import type { CallOptions } from "../registry-port.ts";
import { createAcrAuthentication } from "./acr-challenge.ts";
import { createAcrTokens, type SendForm } from "./acr-tokens.ts";
import { type RegistryRight, registryError } from "./registry-errors.ts";

// ACR and most registries take manifests of up to 4 MiB; a page of 100 tags or repositories is far smaller.
export const maxManifestBytes = 4 * 1024 * 1024;
const tokenCallTimeoutMs = 10_000;

/** One raw call. `path` starts with a slash and is encoded already; `scope` overrides what the challenge asks for. */
export interface RawCall {
  readonly method: HttpMethods;
  readonly path: string;
  readonly accept?: string;
  readonly json?: unknown;
  readonly scope?: string;
  readonly signal: AbortSignal;
}

/** What a call does, for its deadline and its errors. */
export interface CallKind extends CallOptions {
  readonly doing: string;
  readonly right: RegistryRight;
  readonly deadlineMs: number;
}

export type AcrConnection = ReturnType<typeof createAcrConnection>;

/** One registry seen with one identity: its tokens, and the ways to call it. Nothing is sent before the first call. */
export function createAcrConnection(deps: {
  readonly loginServer: string;
  /** Where it really is; see `loopback-transport.ts`. */
  readonly endpoint: string;
  readonly audience: string;
  readonly credential: TokenCredential;
  /** The credential's name in the configuration, for errors. */
  readonly credentialName: string;
  readonly now: () => number;
}) {
  const origin = `https://${deps.loginServer}`;
  const { endpoint, loginServer } = deps;
  const client = createBoundedClient({ maxBodyBytes: maxManifestBytes });
  const httpClient = createTransport({ origin, endpoint, client });

  const plain = createPipelineFromOptions(pipelineOptions);
  const sendForm: SendForm = async (path, form, signal) => {
    const headers = createHttpHeaders({ "Content-Type": "application/x-www-form-urlencoded" });
    const body = new URLSearchParams(form).toString();
    const request = createPipelineRequest({
      url: origin + path,
      method: "POST",
      headers,
      body,
      abortSignal: signal,
      timeout: tokenCallTimeoutMs,
    });
    return answerOf(await plain.sendRequest(httpClient, request));
  };

  const scopes = new WeakMap<PipelineRequest, string>();
  const tokens = createAcrTokens({ ...deps, sendForm });
  const authentication = createAcrAuthentication({
    tokens,
    loginServer,
    fixedScope: (request) => scopes.get(request),
  });
  const authenticated = createPipelineFromOptions(pipelineOptions);
  authenticated.addPolicy(authentication, { afterPhase: "Sign" });

  return {
    origin,
    loginServer,
    credential: deps.credential,
    /** Options of the SDK's clients, so that they send and authenticate as our raw calls do. */
    sdkOptions: {
      ...pipelineOptions,
      audience: deps.audience,
      httpClient,
      additionalPolicies: [{ policy: authentication, position: "perRetry" }],
    } satisfies ContainerRegistryClientOptions,
    /** Sends one raw call and gives its answer (2xx or 3xx); throws a Refusal for 400 and more. */
    async send(call: RawCall): Promise<PipelineResponse> {
      const headers = createHttpHeaders({ Accept: call.accept ?? "application/json" });
      if (call.json !== undefined) headers.set("Content-Type", "application/json");
      const request = createPipelineRequest({
        url: origin + call.path,
        method: call.method,
        headers,
        abortSignal: call.signal,
        streamResponseStatusCodes: new Set([200]),
        ...(call.json !== undefined && { body: JSON.stringify(call.json) }),
      });
      if (call.scope !== undefined) scopes.set(request, call.scope);
      return authenticated.sendRequest(httpClient, request);
    },
    /** Runs one call under its deadline; whatever it throws becomes a ChatopsError. */
    run<T>(kind: CallKind, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
      const call = { loginServer, credential: deps.credentialName, doing: kind.doing, right: kind.right };
      const translate = (error: unknown) => registryError(error, call);
      return withDeadline({ deadlineMs: kind.deadlineMs, signal: kind.signal, translate }, work);
    },
  };
}
