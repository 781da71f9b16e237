import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { tokenForSystem } from "../../../azure/token-for-system.ts";
import type { AzurePipelinesTarget } from "../../../nouns/target.ts";
import { createGuardedClient } from "../../../outgoing/guarded-client.ts";
import { retryAfterOf } from "../../../outgoing/retry-after.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import { present } from "../../../present.ts";
import type { AskedOf } from "../refused-answer.ts";
import type { FoundRun } from "../send-once.ts";
import { createJsonApi, type JsonApi } from "./json-api.ts";
import type { PipelineSystem, RunView } from "./pipeline-port.ts";

// learn.microsoft.com/rest/api/azure/devops: the newest version that is not a preview.
const apiVersion = "7.1";
/** Entra's id of Azure DevOps: the same in every tenant. */
const scope = "499b84ac-1321-427f-aa17-267ca6975798/.default";
// Clocks differ; and of a busy pipeline no more than this is read to find one run.
const clockDriftMs = 5 * 60_000;
const pageSize = 100;
const mostPages = 5;
const mostRunsRead = 20;

const Parameters = z.record(z.string(), z.unknown()).nullish();
const Run = z.object({
  id: z.int(),
  name: z.string().optional(),
  state: z.enum(["unknown", "inProgress", "canceling", "completed"]).catch("unknown"),
  result: z.enum(["unknown", "succeeded", "failed", "canceled"]).nullish().catch("unknown"),
  templateParameters: Parameters,
  _links: z.object({ web: z.object({ href: z.string() }).optional() }).optional(),
});
type Run = z.infer<typeof Run>;
const Build = z.object({ id: z.int(), buildNumber: z.string().nullish(), templateParameters: Parameters });
const Builds = z.object({ value: z.array(Build) });
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
  /** Addresses of the organization, of the project's pages, and of its API. */
  readonly organization: string;
  readonly project: string;
  readonly base: string;
}

/** The calls of Azure DevOps that one pipeline takes, with the target's identity. */
export function createAzureDevops(deps: DevopsDeps): PipelineSystem {
  const { target } = deps;
  const { pipeline } = target;
  const organization = target.organization.replace(/\/+$/, "");
  const project = `${organization}/${encodeURIComponent(target.project)}`;
  const devops: Devops = { ...deps, organization, project, base: `${project}/_apis`, api: apiOf(deps) };
  const { api, base } = devops;
  return {
    async describe(signal) {
      const url = `${base}/pipelines/${pipeline}`;
      const { value } = await api.read(`read the pipeline ${pipeline}`, url, Pipeline, signal);
      return `run the pipeline ${safeText(value.name)} (${pipeline}) of ${target.project} on ${target.ref}`;
    },
    async start(templateParameters, signal) {
      const doing = `start the pipeline ${pipeline}`;
      const body = { resources: { repositories: { self: { refName: target.ref } } }, templateParameters };
      const request = { method: "POST", url: runsOf(devops), body } as const;
      return String(api.started(doing, await api.call(doing, request, signal), Run).id);
    },
    find: (operationId, sentAt, signal) => findRun(devops, operationId, sentAt, signal),
    async view(runId, signal) {
      const { value: run, headers } = await readRun(devops, runId, signal);
      // It asks who is being slowed down to wait, with an answer of 200 too (learn.microsoft.com, "Rate limits").
      const retryAfterMs = retryAfterOf(headers["retry-after"], deps.now());
      return { ...stateOf(run), link: linkOf(devops, run), ...present({ retryAfterMs }) };
    },
    failureLog: (runId, signal) => failureLog(devops, runId, signal),
    // Azure DevOps takes its time with it.
    async stop(runId, signal) {
      const request = {
        method: "PATCH",
        url: buildOf(devops, runId),
        body: { status: "Cancelling" },
      } as const;
      await api.call(`stop the run ${runId}`, request, signal);
    },
    linkOf: (runId) => linkOf(devops, { id: Number(runId) }),
  };
}

function apiOf({ target, credential, now }: DevopsDeps): JsonApi {
  const client = createGuardedClient();
  const identity = { credential, credentialName: target.credential };
  return createJsonApi({
    system: "Azure DevOps",
    help: helpOf(target),
    now,
    async send(request, doing, signal) {
      const url = new URL(request.url);
      url.searchParams.set("api-version", apiVersion);
      const token = await tokenForSystem(identity, scope, doing, signal);
      const headers = { ...request.headers, Authorization: `Bearer ${token}` };
      const answer = await client.send({ ...request, url: url.href, headers, redirects: "never" }, signal);
      // Whom it does not know it sends to the sign-in page: by a redirect, or at once with 203.
      const isSignIn = answer.status === 203 || answer.status === 302;
      return isSignIn ? { ...answer, status: 401, body: "" } : answer;
    },
    isGood: ({ status }) => status === 200,
  });
}

function stateOf(run: Run): Pick<RunView, "kind" | "says"> {
  if (run.state === "inProgress") return { kind: "running", says: "it runs" };
  if (run.state === "canceling") return { kind: "stopping", says: "it is being stopped" };
  if (run.state !== "completed") return { kind: "running", says: "its state is not known yet" };
  if (run.result === "succeeded") return { kind: "succeeded", says: "succeeded" };
  if (run.result === "canceled") return { kind: "cancelled", says: "canceled" };
  if (run.result === "failed") return { kind: "failed", says: "result: failed" };
  // Partly succeeded, or a word that is newer than this.
  return { kind: "unclear", says: "its result is neither succeeded nor failed" };
}

/** The run's page: the one that Azure DevOps names if it is on the organization's own address. */
function linkOf({ organization, project }: Devops, run: Pick<Run, "id" | "_links">): string {
  const named = URL.parse(run._links?.web?.href ?? "");
  const home = new URL(`${organization}/`);
  const isOwn = named?.origin === home.origin && named.pathname.startsWith(home.pathname);
  return isOwn && named !== null ? named.href : `${project}/_build/results?buildId=${run.id}`;
}

function runsOf({ base, target }: Devops): string {
  return `${base}/pipelines/${target.pipeline}/runs`;
}

function buildOf({ base }: Devops, runId: string): string {
  return `${base}/build/builds/${encodeURIComponent(runId)}`;
}

function readRun(devops: Devops, runId: string, signal: AbortSignal) {
  const url = `${runsOf(devops)}/${encodeURIComponent(runId)}`;
  return devops.api.read(`read the run ${runId}`, url, Run, signal);
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
      if (templateParameters == null) silent.push(id);
    }
    const continuation = headers["x-ms-continuationtoken"] ?? "";
    if (continuation === "") return await findAmong(devops, silent, operationId, signal);
    url.searchParams.set("continuationToken", continuation);
  }
  return { kind: "unreadable", why: "has run too often since" };
}

async function findAmong(
  devops: Devops,
  ids: readonly number[],
  operationId: string,
  signal: AbortSignal,
): Promise<FoundRun> {
  if (ids.length > mostRunsRead) return { kind: "unreadable", why: "has run too often since" };
  let isSilent = false;
  for (const id of ids) {
    const { value: run } = await readRun(devops, String(id), signal);
    if (holds(run.templateParameters, run.name, operationId)) return { kind: "found", runId: String(id) };
    isSilent ||= run.templateParameters == null;
  }
  return isSilent
    ? { kind: "unreadable", why: "has runs that do not say their parameters" }
    : { kind: "none" };
}

function holds(
  parameters: z.infer<typeof Parameters>,
  name: string | null | undefined,
  operationId: string,
): boolean {
  const texts = [...Object.values(parameters ?? {}), name];
  return texts.some((text) => typeof text === "string" && text.includes(operationId));
}

/** The end of the log of the task that failed last. */
async function failureLog(devops: Devops, runId: string, signal: AbortSignal): Promise<string | undefined> {
  const { api } = devops;
  const build = buildOf(devops, runId);
  const { value } = await api.read("read its timeline", `${build}/timeline`, Timeline, signal);
  const failed = value.records
    .filter((record) => record.type === "Task" && record.result === "failed" && record.log != null)
    .sort((one, other) => (one.finishTime ?? "").localeCompare(other.finishTime ?? ""))
    .at(-1);
  if (failed?.log == null) return undefined;
  const url = `${build}/logs/${failed.log.id}`;
  const request = { method: "GET", url, accept: "text/plain", keep: "end" } as const;
  return (await api.call("read its log", request, signal)).body;
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
