import type { ContainerRegistryClientOptions } from "@azure/container-registry";
import type { TokenCredential } from "@azure/core-auth";
import {
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import type { z } from "zod";
import { answerOf } from "../../azure/azure-refusal.ts";
import { bytesOf, createBoundedClient, pipelineOptions } from "../../azure/bounded-client.ts";
import { createTransport } from "../../azure/loopback-transport.ts";
import { hasCode, orNothing } from "../../errors.ts";
import { readDeadlineMs, withDeadline } from "../../outgoing/deadline.ts";
import type { CallOptions } from "../registry-port.ts";
import { createAcrAuthentication } from "./acr-challenge.ts";
import { AcrTokens, type SendForm } from "./acr-tokens.ts";
import { type RegistryRight, registryError } from "./registry-errors.ts";

// ACR and most registries take manifests of up to 4 MiB; a page of 100 tags or repositories is far smaller.
export const maxManifestBytes = 4 * 1024 * 1024;

/** One raw call. `path` starts with a slash and is encoded already; `scope` overrides what the challenge asks for. */
export interface RawCall {
  readonly method: HttpMethods;
  readonly path: string;
  readonly accept?: string;
  readonly json?: unknown;
  readonly scope?: string;
  readonly signal: AbortSignal;
}

/** What a call does, for its deadline and its errors; a short read by default. */
export interface CallKind {
  readonly doing: string;
  readonly right?: RegistryRight;
  readonly deadlineMs?: number;
}

export type AcrConnection = ReturnType<typeof createAcrConnection>;

interface AcrDeps {
  readonly loginServer: string;
  /** Where it really is; see `loopback-transport.ts`. */
  readonly endpoint: string;
  readonly audience: string;
  readonly credential: TokenCredential;
  /** The credential's name in the configuration, for errors. */
  readonly credentialName: string;
  readonly now: () => number;
}

/** One registry seen with one identity: its tokens, and the ways to call it. Nothing is sent before the first call. */
export function createAcrConnection(deps: AcrDeps) {
  const { audience, credential, endpoint, loginServer } = deps;
  const origin = `https://${loginServer}`;
  const client = createBoundedClient({ maxBodyBytes: maxManifestBytes });
  const httpClient = createTransport({ origin, endpoint, client });
  const scopes = new WeakMap<PipelineRequest, string>();
  const authentication = createAcrAuthentication({
    tokens: new AcrTokens({ ...deps, sendForm: formSender(httpClient, origin) }),
    loginServer,
    fixedScope: (request) => scopes.get(request),
  });
  const pipeline = createPipelineFromOptions(pipelineOptions);
  pipeline.addPolicy(authentication, { afterPhase: "Sign" });
  return {
    origin,
    credential,
    /** Options of the SDK's clients, so that they send and authenticate as our raw calls do. */
    sdkOptions: {
      ...pipelineOptions,
      audience,
      httpClient,
      additionalPolicies: [{ policy: authentication, position: "perRetry" }],
    } satisfies ContainerRegistryClientOptions,
    ...callsOf(deps, (call) => {
      const request = requestOf(origin, call);
      if (call.scope !== undefined) scopes.set(request, call.scope);
      return pipeline.sendRequest(httpClient, request);
    }),
  };
}

function callsOf(
  { loginServer, credentialName: credential }: AcrDeps,
  send: (call: RawCall) => Promise<PipelineResponse>,
) {
  const run = <T>(kind: CallKind, options: CallOptions | undefined, work: Work<T>): Promise<T> => {
    const { doing, right = "read", deadlineMs = readDeadlineMs } = kind;
    const translate = (error: unknown) => registryError(error, { loginServer, credential, doing, right });
    return withDeadline({ deadlineMs, signal: options?.signal, translate }, work);
  };
  return {
    /** Sends one raw call and gives its answer (2xx or 3xx); throws a Refusal for 400 and more. */
    send,
    /** Reads one raw answer in its shape. */
    async readJson<T>(call: Omit<RawCall, "method">, shape: z.ZodType<T>) {
      const response = await send({ ...call, method: "GET" });
      const body = shape.parse(JSON.parse((await bytesOf(response)).toString("utf8")));
      return { body, link: response.headers.get("link") };
    },
    /** Runs one call under its deadline; whatever it throws becomes a ChatopsError. */
    run,
    /** The same; undefined for what is not there. */
    find: <T>(kind: CallKind, options: CallOptions | undefined, work: Work<T>): Promise<T | undefined> =>
      orNothing(run(kind, options, work), (error) => hasCode(error, "registry-not-found")),
  };
}

type Work<T> = (signal: AbortSignal) => Promise<T>;

/** Sends forms without authorization, to get tokens with. */
function formSender(httpClient: HttpClient, origin: string): SendForm {
  const pipeline = createPipelineFromOptions(pipelineOptions);
  return async (path, form, signal) => {
    const request = createPipelineRequest({
      url: origin + path,
      method: "POST",
      headers: createHttpHeaders({ "Content-Type": "application/x-www-form-urlencoded" }),
      body: new URLSearchParams(form).toString(),
      abortSignal: signal,
    });
    return answerOf(await pipeline.sendRequest(httpClient, request));
  };
}

function requestOf(origin: string, { method, path, accept, json, signal }: RawCall): PipelineRequest {
  const headers = createHttpHeaders({ Accept: accept ?? "application/json" });
  if (json !== undefined) headers.set("Content-Type", "application/json");
  return createPipelineRequest({
    url: origin + path,
    method,
    headers,
    abortSignal: signal,
    streamResponseStatusCodes: new Set([200]),
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
}
