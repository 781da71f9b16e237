import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { transportFailure } from "../../../azure/transport-failure.ts";
import { ChatopsError, describeError } from "../../../errors.ts";
import type { AzurePipelinesTarget } from "../../../nouns/target.ts";
import {
  createGuardedClient,
  type OutgoingAnswer,
  type OutgoingRequest,
} from "../../../outgoing/guarded-client.ts";
import { NotTaken } from "../../../outgoing/not-taken.ts";
import { retryAfterOf } from "../../../outgoing/retry-after.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import { redactedTail } from "../redact-log.ts";
import { type AskedOf, readJson, refusedAnswer, unusableAnswer } from "../refused-answer.ts";
import type { FoundRun } from "../send-once.ts";

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

/** The calls of Azure DevOps that one pipeline takes, with the target's identity. */
export function createAzureDevops(deps: {
  readonly target: AzurePipelinesTarget;
  readonly credential: TokenCredential;
  readonly now: () => number;
}) {
  const { target, now } = deps;
  const client = createGuardedClient();
  const organization = target.organization.replace(/\/+$/, "");
  const base = `${organization}/${encodeURIComponent(target.project)}/_apis`;
  const runs = `${base}/pipelines/${target.pipeline}/runs`;
  const asked = (doing: string): AskedOf => ({ system: "Azure DevOps", doing, help: helpOf(target) });

  async function call(
    doing: string,
    request: Pick<OutgoingRequest, "method" | "url" | "keep"> & {
      readonly body?: unknown;
      readonly accept?: string;
    },
    signal: AbortSignal,
  ): Promise<OutgoingAnswer> {
    const url = new URL(request.url);
    url.searchParams.set("api-version", apiVersion);
    const token = await tokenOf(deps.credential, target, doing, signal);
    const answer = await client.send(
      {
        method: request.method,
        url: url.href,
        headers: {
          Authorization: `Bearer ${token}`,
          Accept: request.accept ?? "application/json",
          ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        // Whom it does not know it sends to the sign-in page: by a redirect, or at once with 203.
        redirects: "never",
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        ...(request.keep === undefined ? {} : { keep: request.keep }),
      },
      signal,
    );
    if (answer.status === 200) return answer;
    const isSignIn = answer.status === 203 || answer.status === 302;
    throw refusedAnswer(isSignIn ? { ...answer, status: 401, body: "" } : answer, asked(doing), now());
  }

  async function read<T>(doing: string, url: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const value = readJson(await call(doing, { method: "GET", url }, signal), schema);
    if (value === undefined) throw unusableAnswer(asked(doing), { retryable: true });
    return value;
  }

  async function readRun(
    runId: string,
    signal: AbortSignal,
  ): Promise<PipelineRun & { readonly retryAfterMs?: number }> {
    const doing = `read the run ${runId}`;
    const answer = await call(doing, { method: "GET", url: `${runs}/${encodeURIComponent(runId)}` }, signal);
    const run = readJson(answer, Run);
    if (run === undefined) throw unusableAnswer(asked(doing), { retryable: true });
    // It asks who is being slowed down to wait, with an answer of 200 too (learn.microsoft.com, "Rate limits").
    const retryAfterMs = retryAfterOf(answer.headers["retry-after"], now());
    return { ...run, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }

  return {
    /** Gives the pipeline's name; fails as any call does if it is not there or not to be seen. */
    async pipelineName(signal: AbortSignal): Promise<string> {
      const doing = `read the pipeline ${target.pipeline}`;
      return safeText((await read(doing, `${base}/pipelines/${target.pipeline}`, Pipeline, signal)).name);
    },
    /** Starts a run: not idempotent. */
    async start(
      templateParameters: Readonly<Record<string, string>>,
      signal: AbortSignal,
    ): Promise<PipelineRun> {
      const doing = `start the pipeline ${target.pipeline}`;
      const body = { resources: { repositories: { self: { refName: target.ref } } }, templateParameters };
      const run = readJson(await call(doing, { method: "POST", url: runs, body }, signal), Run);
      if (run === undefined) throw unusableAnswer(asked(doing));
      return run;
    },
    readRun,
    /**
     * Finds the run that has the operation's id in a parameter or in its name. It asks for builds, as a run is one: the
     * list of runs has neither pages nor times, and its entries have been without parameters since 2022
     * (MicrosoftDocs/vsts-rest-api-specs issue 579).
     */
    async find(operationId: string, sentAt: number, signal: AbortSignal): Promise<FoundRun> {
      const silent: number[] = [];
      let continuation: string | undefined;
      for (let page = 1; ; page += 1) {
        const url = new URL(`${base}/build/builds`);
        url.searchParams.set("definitions", String(target.pipeline));
        url.searchParams.set("minTime", new Date(sentAt - clockDriftMs).toISOString());
        url.searchParams.set("queryOrder", "queueTimeAscending");
        url.searchParams.set("$top", String(pageSize));
        if (continuation !== undefined) url.searchParams.set("continuationToken", continuation);
        const doing = "list its latest runs";
        const answer = await call(doing, { method: "GET", url: url.href }, signal);
        const builds = readJson(answer, Builds);
        if (builds === undefined) throw unusableAnswer(asked(doing), { retryable: true });
        for (const build of builds.value) {
          if (holds(build.templateParameters, build.buildNumber, operationId))
            return { kind: "found", runId: String(build.id) };
          if (build.templateParameters === undefined || build.templateParameters === null)
            silent.push(build.id);
        }
        continuation = answer.headers["x-ms-continuationtoken"];
        if (continuation === undefined || continuation === "") break;
        if (page === mostPages) return unreadable(target, "has run too often since");
      }
      return await findAmong(silent, operationId, signal);
    },
    /** Asks for a run to be stopped; Azure DevOps takes its time with it. */
    async cancel(runId: string, signal: AbortSignal): Promise<void> {
      const url = `${base}/build/builds/${encodeURIComponent(runId)}`;
      await call(`stop the run ${runId}`, { method: "PATCH", url, body: { status: "Cancelling" } }, signal);
    },
    /** The redacted end of the log of the task that failed last; undefined if there is none to be had. */
    async failureTail(runId: string, signal: AbortSignal): Promise<string | undefined> {
      const build = `${base}/build/builds/${encodeURIComponent(runId)}`;
      const { records } = await read("read its timeline", `${build}/timeline`, Timeline, signal);
      const failed = records
        .filter((record) => record.type === "Task" && record.result === "failed" && record.log != null)
        .sort((one, other) => (one.finishTime ?? "").localeCompare(other.finishTime ?? ""))
        .at(-1);
      if (failed?.log == null) return undefined;
      const request = {
        method: "GET",
        url: `${build}/logs/${failed.log.id}`,
        accept: "text/plain",
        keep: "end",
      } as const;
      return redactedTail((await call("read its log", request, signal)).body) || undefined;
    },
    /** The run's page: the one that Azure DevOps names if it is on the organization's own address. */
    linkOf(run: Pick<PipelineRun, "id" | "_links">): string {
      const named = URL.parse(run._links?.web?.href ?? "");
      const home = new URL(`${organization}/`);
      const isOwn = named?.origin === home.origin && named.pathname.startsWith(home.pathname);
      const own = `${organization}/${encodeURIComponent(target.project)}/_build/results?buildId=${run.id}`;
      return isOwn && named !== null ? named.href : own;
    },
  };

  async function findAmong(
    ids: readonly number[],
    operationId: string,
    signal: AbortSignal,
  ): Promise<FoundRun> {
    if (ids.length > mostRunsRead) return unreadable(target, "has run too often since");
    let isSilent = false;
    for (const id of ids) {
      const run = await readRun(String(id), signal);
      if (holds(run.templateParameters, run.name, operationId)) return { kind: "found", runId: String(id) };
      isSilent ||= run.templateParameters == null;
    }
    return isSilent ? unreadable(target, "has runs that do not say their parameters") : { kind: "none" };
  }
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
