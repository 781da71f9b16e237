import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { transportFailure } from "../../../azure/transport-failure.ts";
import { ChatopsError, describeError } from "../../../errors.ts";
import type { AzurePipelinesTarget } from "../../../nouns/target.ts";
import { createGuardedClient } from "../../../outgoing/guarded-client.ts";
import { NotTaken } from "../../../outgoing/not-taken.ts";
import { retryAfterOf } from "../../../outgoing/retry-after.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import { redactedTail } from "../redact-log.ts";
import type { AskedOf } from "../refused-answer.ts";
import type { FoundRun } from "../send-once.ts";
import { createJsonApi, type JsonApi } from "./json-api.ts";

// learn.microsoft.com/rest/api/azure/devops: the newest version that is not a preview.
const apiVersion = "7.1";
/** Entra's id of Azure DevOps: the same in every tenant. */
const scope = "499b84ac-1321-427f-aa17-267ca6975798/.default";
// Clocks differ; and of a busy pipeline no more than this is read to find one run.
const clockDriftMs = 5 * 60_000;
const pageSize = 100;
const mostPages = 5;
const mostRunsRead = 20;

const Run = z.object({
  id: z.int(),
  name: z.string().optional(),
  state: z.enum(["unknown", "inProgress", "canceling", "completed"]).catch("unknown"),
  result: z.enum(["unknown", "succeeded", "failed", "canceled"]).nullish().catch("unknown"),
  templateParameters: z.record(z.string(), z.unknown()).nullish(),
  _links: z.object({ web: z.object({ href: z.string() }).optional() }).optional(),
});
/** One run, as far as it is needed. */
export type PipelineRun = z.infer<typeof Run>;

const Builds = z.object({
  value: z.array(
    z.object({
      id: z.int(),
      buildNumber: z.string().nullish(),
      templateParameters: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});
const Timeline = z.object({
  records: z.array(
    z.object({
      type: z.string().nullish(),
      result: z.string().nullish(),
      finishTime: z.string().nullish(),
      log: z.object({ id: z.int() }).nullish(),
    }),
  ),
});
const Pipeline = z.object({ id: z.int(), name: z.string() });

interface DevopsDeps {
  readonly target: AzurePipelinesTarget;
  readonly credential: TokenCredential;
  readonly now: () => number;
}

interface Devops extends DevopsDeps {
  readonly api: JsonApi;
  readonly project: string;
  /** Address of the project's API. */
  readonly base: string;
}

/** The calls of Azure DevOps that one pipeline takes, with the target's identity. */
export function createAzureDevops(deps: DevopsDeps) {
  const { target } = deps;
  const project = `${target.organization.replace(/\/+$/, "")}/${encodeURIComponent(target.project)}`;
  const devops: Devops = { ...deps, project, base: `${project}/_apis`, api: apiOf(deps) };
  const { api, base } = devops;
  return {
    /** Gives the pipeline's name; fails as any call does if it is not there or not to be seen. */
    async pipelineName(signal: AbortSignal): Promise<string> {
      const url = `${base}/pipelines/${target.pipeline}`;
      return safeText(
        (await api.read(`read the pipeline ${target.pipeline}`, url, Pipeline, signal)).value.name,
      );
    },
    /** Starts a run: not idempotent. */
    async start(
      templateParameters: Readonly<Record<string, string>>,
      signal: AbortSignal,
    ): Promise<PipelineRun> {
      const doing = `start the pipeline ${target.pipeline}`;
      const body = { resources: { repositories: { self: { refName: target.ref } } }, templateParameters };
      const request = { method: "POST", url: runsOf(devops), body } as const;
      return api.started(doing, await api.call(doing, request, signal), Run);
    },
    readRun: (runId: string, signal: AbortSignal) => readRun(devops, runId, signal),
    find: (operationId: string, sentAt: number, signal: AbortSignal) =>
      findRun(devops, operationId, sentAt, signal),
    /** Asks for a run to be stopped; Azure DevOps takes its time with it. */
    async cancel(runId: string, signal: AbortSignal): Promise<void> {
      const url = `${base}/build/builds/${encodeURIComponent(runId)}`;
      const request = { method: "PATCH", url, body: { status: "Cancelling" } } as const;
      await api.call(`stop the run ${runId}`, request, signal);
    },
    failureTail: (runId: string, signal: AbortSignal) => failureTail(devops, runId, signal),
    linkOf: (run: Pick<PipelineRun, "id" | "_links">): string => linkOf(devops, run),
  };
}

function apiOf({ target, credential, now }: DevopsDeps): JsonApi {
  const client = createGuardedClient();
  return createJsonApi({
    system: "Azure DevOps",
    help: helpOf(target),
    now,
    async send(request, doing, signal) {
      const url = new URL(request.url);
      url.searchParams.set("api-version", apiVersion);
      const token = await tokenOf(credential, target, doing, signal);
      const headers = { ...request.headers, Authorization: `Bearer ${token}` };
      const answer = await client.send({ ...request, url: url.href, headers, redirects: "never" }, signal);
      // Whom it does not know it sends to the sign-in page: by a redirect, or at once with 203.
      const isSignIn = answer.status === 203 || answer.status === 302;
      return isSignIn ? { ...answer, status: 401, body: "" } : answer;
    },
    isGood: ({ status }) => status === 200,
  });
}

/** The run's page: the one that Azure DevOps names if it is on the organization's own address. */
function linkOf({ target, project }: Devops, run: Pick<PipelineRun, "id" | "_links">): string {
  const named = URL.parse(run._links?.web?.href ?? "");
  const home = new URL(`${target.organization.replace(/\/+$/, "")}/`);
  const isOwn = named?.origin === home.origin && named.pathname.startsWith(home.pathname);
  return isOwn && named !== null ? named.href : `${project}/_build/results?buildId=${run.id}`;
}

function runsOf({ base, target }: Devops): string {
  return `${base}/pipelines/${target.pipeline}/runs`;
}

async function readRun(
  devops: Devops,
  runId: string,
  signal: AbortSignal,
): Promise<PipelineRun & { readonly retryAfterMs?: number }> {
  const url = `${runsOf(devops)}/${encodeURIComponent(runId)}`;
  const { value, headers } = await devops.api.read(`read the run ${runId}`, url, Run, signal);
  // It asks who is being slowed down to wait, with an answer of 200 too (learn.microsoft.com, "Rate limits").
  const retryAfterMs = retryAfterOf(headers["retry-after"], devops.now());
  return { ...value, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/**
 * Finds the run that has the operation's id in a parameter or in its name. It asks for builds, as a run is one: the list
 * of runs has neither pages nor times, and its entries have been without parameters since 2022
 * (MicrosoftDocs/vsts-rest-api-specs issue 579).
 */
async function findRun(
  devops: Devops,
  operationId: string,
  sentAt: number,
  signal: AbortSignal,
): Promise<FoundRun> {
  const { api, base, target } = devops;
  const url = new URL(`${base}/build/builds`);
  url.searchParams.set("definitions", String(target.pipeline));
  url.searchParams.set("minTime", new Date(sentAt - clockDriftMs).toISOString());
  url.searchParams.set("queryOrder", "queueTimeAscending");
  url.searchParams.set("$top", String(pageSize));
  const silent: number[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const { value, headers } = await api.read("list its latest runs", url.href, Builds, signal);
    for (const { id, buildNumber, templateParameters } of value.value) {
      if (holds(templateParameters, buildNumber, operationId)) return { kind: "found", runId: String(id) };
      if (templateParameters === undefined || templateParameters === null) silent.push(id);
    }
    const continuation = headers["x-ms-continuationtoken"] ?? "";
    if (continuation === "") return await findAmong(devops, silent, operationId, signal);
    url.searchParams.set("continuationToken", continuation);
  }
  return unreadable(target, "has run too often since");
}

async function findAmong(
  devops: Devops,
  ids: readonly number[],
  operationId: string,
  signal: AbortSignal,
): Promise<FoundRun> {
  if (ids.length > mostRunsRead) return unreadable(devops.target, "has run too often since");
  let isSilent = false;
  for (const id of ids) {
    const run = await readRun(devops, String(id), signal);
    if (holds(run.templateParameters, run.name, operationId)) return { kind: "found", runId: String(id) };
    isSilent ||= run.templateParameters == null;
  }
  return isSilent ? unreadable(devops.target, "has runs that do not say their parameters") : { kind: "none" };
}

/** The redacted end of the log of the task that failed last; undefined if there is none to be had. */
async function failureTail(
  { api, base }: Devops,
  runId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const build = `${base}/build/builds/${encodeURIComponent(runId)}`;
  const { value } = await api.read("read its timeline", `${build}/timeline`, Timeline, signal);
  const failed = value.records
    .filter((record) => record.type === "Task" && record.result === "failed" && record.log != null)
    .sort((one, other) => (one.finishTime ?? "").localeCompare(other.finishTime ?? ""))
    .at(-1);
  if (failed?.log == null) return undefined;
  const url = `${build}/logs/${failed.log.id}`;
  const request = { method: "GET", url, accept: "text/plain", keep: "end" } as const;
  return redactedTail((await api.call("read its log", request, signal)).body) || undefined;
}

function holds(
  parameters: Readonly<Record<string, unknown>> | null | undefined,
  name: string | null | undefined,
  operationId: string,
): boolean {
  const texts = [...Object.values(parameters ?? {}), name];
  return texts.some((text) => typeof text === "string" && text.includes(operationId));
}

function unreadable(target: AzurePipelinesTarget, why: string): FoundRun {
  const help = "Look there whether it was started, before you ask for it again.";
  return {
    kind: "unreadable",
    why: `The answer to the start of the pipeline ${target.pipeline} was lost, and it ${why}. ${help}`,
  };
}

async function tokenOf(
  credential: TokenCredential,
  target: AzurePipelinesTarget,
  doing: string,
  signal: AbortSignal,
): Promise<string> {
  const failed = (why: string, retryable: boolean) =>
    new NotTaken(
      "target-unauthorized",
      `No Entra token for the identity "${target.credential}": could not ${doing}. ${why}`.trim(),
      { retryable },
    );
  try {
    const issued = await credential.getToken(scope, { abortSignal: signal });
    if (issued !== null) return issued.token;
  } catch (error) {
    if (error instanceof ChatopsError) throw error;
    const failure = transportFailure(error);
    throw failed(failure?.what ?? safeText(describeError(error)), failure?.retryable ?? false);
  }
  throw failed("The identity gave none.", false);
}

function helpOf(target: AzurePipelinesTarget): AskedOf["help"] {
  const who = `the identity "${target.credential}"`;
  const place = `the pipeline ${target.pipeline} of ${safeText(target.project)}`;
  const member = `Add ${who} to the organization (access level Basic) and to the project.`;
  return {
    401: member,
    403: `Give ${who} "View builds", "Queue builds", "Edit queue build configuration" and "Stop builds" on ${place}.`,
    404: `Check organization, project and pipeline; ${who} may also have no right to see ${place}.`,
  };
}
