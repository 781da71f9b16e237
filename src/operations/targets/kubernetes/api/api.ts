import { getCACertificates } from "node:tls";
import { createHttpHeaders, createPipelineRequest, type PipelineRequest } from "@azure/core-rest-pipeline";
import type { z } from "zod";
import { answerOf, type RefusingAnswer } from "../../../../azure/azure-refusal.ts";
import { createBoundedClient } from "../../../../azure/bounded-client.ts";
import { readDeadlineMs, withDeadline, writeDeadlineMs } from "../../../../outgoing/deadline.ts";
import { jsonOrNothing } from "../../../../outgoing/json-or-nothing.ts";
import { present } from "../../../../present.ts";
import type { ClusterAccess, OpenCluster } from "../access/access.ts";
import { type ApiCall, apiError, refusedByApi } from "./api-errors.ts";

// etcd takes objects of up to 1.5 MiB; a page of 100 pods with their managed fields has a few MiB.
const maxBodyBytes = 16 * 1024 * 1024;
// A connection for each call, because certificates and tokens are renewed between two of a rollout.
const client = createBoundedClient({ maxBodyBytes, keepAlive: false });
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
    /** Reads an object or a list in its shape. */
    async get<T>(call: ApiCall, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
      const { body } = await send(deps, call, {}, signal);
      return read(body, shape, call);
    },
    /** A log, as text. */
    text: async (call: ApiCall, signal: AbortSignal): Promise<string> =>
      (await send(deps, call, { accept: "text/plain, */*" }, signal)).body,
    /**
     * A strategic merge patch: lists of containers are merged by name. `conflict`: the object is not at the
     * resourceVersion in the patch any more, so nothing was changed.
     */
    async patch(call: ApiCall, patch: object, signal: AbortSignal): Promise<"patched" | "conflict"> {
      const { status } = await send(deps, { ...call, query: { fieldManager } }, { patch }, signal);
      return status === 409 ? "conflict" : "patched";
    },
    /** What an object would be after a patch, by all checks of the server; undefined: it is being changed just now. */
    async tryPatch<T>(
      call: ApiCall,
      patch: object,
      shape: z.ZodType<T>,
      signal: AbortSignal,
    ): Promise<T | undefined> {
      const query = { fieldManager, dryRun: "All" };
      const { status, body } = await send(deps, { ...call, query }, { patch }, signal);
      return status === 409 ? undefined : read(body, shape, call);
    },
  };
}

interface Sent {
  /** JSON by default. */
  readonly accept?: string;
  /** Makes it a PATCH, of which a conflict (409) is an answer. */
  readonly patch?: object;
}

async function send(deps: ApiDeps, call: ApiCall, sent: Sent, signal: AbortSignal): Promise<RefusingAnswer> {
  const deadlineMs = sent.patch === undefined ? readDeadlineMs : writeDeadlineMs;
  const translate = (error: unknown) => apiError(error, call);
  return await withDeadline({ deadlineMs, signal, translate }, async (within) => {
    const access = await deps.open(within);
    const answer = answerOf(await client.sendRequest(requestOf(access, call, sent, within)));
    const { status } = answer;
    const isGood = (status >= 200 && status <= 299) || (status === 409 && sent.patch !== undefined);
    if (!isGood) throw refusedByApi(answer, call, access, deps.now());
    return answer;
  });
}

function read<T>(body: string, shape: z.ZodType<T>, call: ApiCall): T {
  const parsed = shape.safeParse(jsonOrNothing(body));
  if (parsed.success) return parsed.data;
  throw apiError(parsed.error, call);
}

// Sent without a pipeline: redirects are not followed, as they would carry the token away.
function requestOf(access: ClusterAccess, call: ApiCall, sent: Sent, signal: AbortSignal): PipelineRequest {
  const url = new URL(access.server);
  url.pathname = `${access.server.pathname.replace(/\/$/, "")}${pathOf(call)}`;
  url.search = new URLSearchParams(call.query).toString();
  const { ca, clientCertificate, serverName: servername, token } = access;
  const headers = createHttpHeaders({ Accept: sent.accept ?? "application/json", "User-Agent": userAgent });
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  if (sent.patch !== undefined) headers.set("Content-Type", "application/strategic-merge-patch+json");
  return createPipelineRequest({
    url: url.href,
    headers,
    ...(sent.patch !== undefined && { method: "PATCH", body: JSON.stringify(sent.patch) }),
    abortSignal: signal,
    allowInsecureConnection: url.protocol === "http:",
    // Options of node:https; the client leaves an IPv6 address in its brackets.
    requestOverrides: {
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      ...clientCertificate,
      // Those of NODE_EXTRA_CA_CERTS too: a proxy that looks into TLS signs with its own.
      ...(ca !== undefined && { ca: [ca, ...getCACertificates("extra")] }),
      ...present({ servername }),
    },
  });
}

function pathOf({ namespace, resource, group, name, sub }: ApiCall): string {
  const parts = ["namespaces", namespace, resource, name, sub].filter((part) => part !== undefined);
  const api = group === undefined ? "/api/v1" : `/apis/${group}/v1`;
  return `${api}/${parts.map(encodeURIComponent).join("/")}`;
}
