import { createHttpHeaders, createPipelineRequest, type PipelineRequest } from "@azure/core-rest-pipeline";
import { answerOf, type RefusingAnswer } from "../../../../azure/azure-refusal.ts";
import { createBoundedClient } from "../../../../azure/bounded-client.ts";
import { readDeadlineMs, withDeadline, writeDeadlineMs } from "../../../../outgoing/deadline.ts";
import { jsonOrNothing } from "../../../../outgoing/json-or-nothing.ts";
import { present } from "../../../../present.ts";
import type { ClusterAccess, OpenCluster } from "../access/access.ts";
import { type ApiCall, apiError, refusedByApi } from "./api-errors.ts";

// etcd takes objects of up to 1.5 MiB; a page of 100 pods with their managed fields has a few MiB.
const maxBodyBytes = 16 * 1024 * 1024;
const client = createBoundedClient({ maxBodyBytes });
const userAgent = "acr-chatops";
/** Who we are in an object's managedFields. */
export const fieldManager = "acr-chatops";

export type KubernetesApi = ReturnType<typeof createKubernetesApi>;

interface ApiDeps {
  readonly open: OpenCluster;
  readonly now: () => number;
}

/**
 * The few calls of Kubernetes' API that a deploy takes, with bounded answers and deadlines. Each gives what was answered,
 * or throws a ChatopsError; a patch that failed with a retryable one may have had its effect.
 */
export function createKubernetesApi(deps: ApiDeps) {
  return {
    async get(path: string, query: Query, about: ApiCall, signal: AbortSignal): Promise<unknown> {
      const { body } = await call(deps, { method: "GET", path, query }, about, signal);
      return parse(body, about);
    },
    /** A log, as text. */
    async text(path: string, query: Query, about: ApiCall, signal: AbortSignal): Promise<string> {
      const sent = { method: "GET", path, query, accept: "text/plain, */*" } as const;
      return (await call(deps, sent, about, signal)).body;
    },
    /**
     * A strategic merge patch: lists of containers are merged by name. `isDryRun` runs all checks and changes nothing.
     * `conflict`: the object is not at the resourceVersion in the patch any more, so nothing was changed.
     */
    async patch(
      path: string,
      patch: object,
      isDryRun: boolean,
      about: ApiCall,
      signal: AbortSignal,
    ): Promise<Patched> {
      const query = { fieldManager, ...(isDryRun ? { dryRun: "All" } : {}) };
      const body = JSON.stringify(patch);
      const sent = { method: "PATCH", path, query, body, takes: 409 } as const;
      const answer = await call(deps, sent, about, signal);
      return answer.status === 409
        ? { kind: "conflict" }
        : { kind: "patched", answer: parse(answer.body, about) };
    },
  };
}

async function call(deps: ApiDeps, sent: Sent, about: ApiCall, signal: AbortSignal): Promise<RefusingAnswer> {
  const deadlineMs = sent.method === "PATCH" ? writeDeadlineMs : readDeadlineMs;
  const translate = (error: unknown) => apiError(error, about);
  return await withDeadline({ deadlineMs, signal, translate }, async (within) => {
    const access = await deps.open(within);
    const answer = answerOf(await client.sendRequest(requestOf(access, sent, within)));
    const isGood = answer.status >= 200 && answer.status <= 299;
    if (!isGood && answer.status !== sent.takes) throw refusedByApi(answer, about, access, deps.now());
    return answer;
  });
}

/** What became of a patch. */
export type Patched = { readonly kind: "patched"; readonly answer: unknown } | { readonly kind: "conflict" };

type Query = Readonly<Record<string, string>>;

interface Sent {
  readonly method: "GET" | "PATCH";
  readonly path: string;
  readonly query: Query;
  /** JSON by default. */
  readonly accept?: string;
  readonly body?: string;
  /** A status besides 2xx that is an answer. */
  readonly takes?: number;
}

// Sent without a pipeline: redirects are not followed, as they would carry the token away, and no proxy is used.
function requestOf(access: ClusterAccess, sent: Sent, signal: AbortSignal): PipelineRequest {
  const url = new URL(access.server);
  url.pathname = `${access.server.pathname.replace(/\/$/, "")}${sent.path}`;
  url.search = new URLSearchParams(sent.query).toString();
  const { ca, clientCertificate, serverName: servername, token } = access;
  const headers = createHttpHeaders({ Accept: sent.accept ?? "application/json", "User-Agent": userAgent });
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  if (sent.body !== undefined) headers.set("Content-Type", "application/strategic-merge-patch+json");
  return createPipelineRequest({
    url: url.href,
    method: sent.method,
    headers,
    ...present({ body: sent.body }),
    abortSignal: signal,
    allowInsecureConnection: url.protocol === "http:",
    // Options of node:https. A connection for each call, because certificates and tokens are renewed between two of a
    // rollout; the client leaves an IPv6 address in its brackets.
    requestOverrides: {
      agent: false,
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      ...clientCertificate,
      ...present({ ca, servername }),
    },
  });
}

function parse(body: string, about: ApiCall): unknown {
  const json = jsonOrNothing(body);
  if (json === undefined) throw apiError(new RangeError("it is not JSON"), about);
  return json;
}
