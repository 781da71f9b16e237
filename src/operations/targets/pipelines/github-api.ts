import { z } from "zod";
import { secretsOfTarget } from "../../../config/secrets.ts";
import { orNothing } from "../../../errors.ts";
import type { GithubTarget } from "../../../nouns/target.ts";
import { createGithubAppToken } from "../../../outgoing/github-app-token.ts";
import {
  createGuardedClient,
  type GuardedClient,
  type OutgoingAnswer,
  type OutgoingRequest,
} from "../../../outgoing/guarded-client.ts";
import { NotTaken } from "../../../outgoing/not-taken.ts";
import { retryAfterOf } from "../../../outgoing/retry-after.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import { refused } from "../check-step.ts";
import type { AskedOf } from "../refused-answer.ts";
import type { FoundRun } from "../send-once.ts";
import { createJsonApi, type JsonApi } from "./json-api.ts";
import type { PipelineSystem, RunView } from "./pipeline-port.ts";

const apiVersion = "2022-11-28";
const hostedApi = /^api\.(?:github\.com|[\w-]+\.ghe\.com)$/;
// A list of runs has 100 a page, and 1,000 in all when it is searched by time (docs.github.com, "List workflow runs").
const pageSize = 100;
const mostPages = 5;
const clockDriftMs = 5 * 60_000;
// "Otherwise, wait for at least one minute" (docs.github.com, "Best practices for using the REST API"); the primary
// limit is by the hour, and longer is not waited at once.
const throttledMs = 60_000;
const longestWaitMs = 60 * 60_000;

const Workflow = z.object({ name: z.string(), state: z.string() });
const Dispatched = z.object({ workflow_run_id: z.int() });
const Run = z.object({
  id: z.int(),
  name: z.string().nullish(),
  display_title: z.string().nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
});
const Runs = z.object({ total_count: z.int(), workflow_runs: z.array(Run) });
const Jobs = z.object({ jobs: z.array(z.object({ id: z.int(), conclusion: z.string().nullish() })) });

interface GithubDeps {
  readonly target: GithubTarget;
  readonly now: () => number;
}

interface Github {
  readonly target: GithubTarget;
  readonly api: JsonApi;
  readonly client: GuardedClient;
  /** Whether it is GitHub's own server. */
  readonly isHosted: boolean;
  /** Addresses of the repository and the workflow in the API. */
  readonly repository: string;
  readonly workflow: string;
}

/** The calls of GitHub that one workflow takes, with the target's app or token. */
export function createGithubApi(deps: GithubDeps): PipelineSystem {
  const github = connect(deps);
  const { api, target, repository, workflow } = github;
  const runOf = (runId: string) => `${repository}/actions/runs/${encodeURIComponent(runId)}`;
  const linkOf = (runId: string) =>
    `${webOriginOf(target.apiUrl)}/${target.repository}/actions/runs/${encodeURIComponent(runId)}`;
  return {
    async describe(signal) {
      const { value } = await api.read(`read the workflow ${target.workflow}`, workflow, Workflow, signal);
      const name = `the workflow ${safeText(value.name)} (${target.workflow}) of ${target.repository}`;
      if (value.state === "active") return `run ${name} on ${target.ref}`;
      const why = `The workflow ${target.workflow} of ${target.repository} is not active (${safeText(value.state)})`;
      return refused(why, "Enable it on GitHub, in the Actions tab.");
    },
    start: (inputs, signal) => dispatch(github, inputs, signal),
    find: (operationId, sentAt, signal) => findRun(github, operationId, sentAt, signal),
    async view(runId, signal) {
      const { value } = await api.read(`read the run ${runId}`, runOf(runId), Run, signal);
      return { ...stateOf(value), link: linkOf(runId) };
    },
    failureLog: (runId, signal) => failureLog(github, runOf(runId), signal),
    async stop(runId, signal) {
      const request = { method: "POST", url: `${runOf(runId)}/cancel` } as const;
      // One that has just ended (409) is left as it is.
      const isOver = (error: unknown) => isRefusedWith(error, 409);
      await orNothing(api.call(`stop the run ${runId}`, request, signal), isOver);
    },
    linkOf,
  };
}

// docs.github.com, "Get a workflow run": status and conclusion.
const failures = ["failure", "timed_out", "startup_failure", "action_required", "skipped", "stale"];

function stateOf({ status, conclusion }: z.infer<typeof Run>): Pick<RunView, "kind" | "says"> {
  if (status === "waiting") return { kind: "running", says: "it waits for an approval on GitHub" };
  if (status !== "completed") return { kind: "running", says: `it is ${safeText(status ?? "begun")}` };
  if (conclusion === "success") return { kind: "succeeded", says: "success" };
  if (conclusion === "cancelled") return { kind: "cancelled", says: "cancelled" };
  const kind = failures.includes(conclusion ?? "") ? "failed" : "unclear";
  return { kind, says: `conclusion: ${safeText(conclusion ?? "none")}` };
}

function connect({ target, now }: GithubDeps): Github {
  const apiUrl = target.apiUrl.replace(/\/+$/, "");
  // An enterprise server mostly stands in the company's own network; GitHub's own addresses never do.
  const isHosted = hostedApi.test(new URL(apiUrl).hostname);
  const client = createGuardedClient({ privateNetwork: !isHosted });
  const repository = `${apiUrl}/repos/${target.repository.split("/").map(encodeURIComponent).join("/")}`;
  const token = tokenSource(target, client, now, (doing, answer) => api.refused(doing, answer));
  const api: JsonApi = createJsonApi({
    system: "GitHub",
    help: helpOf(target),
    secrets: secretsOfTarget(target),
    now,
    send: (request, _doing, signal) => sendWithToken(client, request, token, signal),
    // Where a log lies is told by a redirect, which is followed without our token.
    isGood: ({ status }, { redirects }) =>
      (status >= 200 && status < 300) || (status === 302 && redirects === "never"),
    waitMs: (answer) => throttleOf(answer, now()),
  });
  const workflow = `${repository}/actions/workflows/${encodeURIComponent(target.workflow)}`;
  return { target, api, client, isHosted, repository, workflow };
}

interface TokenSource {
  get(signal: AbortSignal): Promise<string>;
  /** Absent: there is no other token to be had. */
  readonly forget?: () => void;
}

function tokenSource(
  { auth, apiUrl, repository }: GithubTarget,
  client: GuardedClient,
  now: () => number,
  refused: JsonApi["refused"],
): TokenSource {
  if (auth.kind === "token") return { get: async () => auth.token };
  return createGithubAppToken({
    app: { ...auth, apiUrl: apiUrl.replace(/\/+$/, ""), repository: repository.split("/").at(-1) ?? "" },
    client,
    now,
    refused: (answer) => refused(`give a token of the installation ${auth.installationId}`, answer),
  });
}

async function sendWithToken(
  client: GuardedClient,
  request: OutgoingRequest,
  token: TokenSource,
  signal: AbortSignal,
): Promise<OutgoingAnswer> {
  const send = async () => {
    const headers = {
      ...request.headers,
      Accept: "application/vnd.github+json",
      Authorization: `Bearer ${await token.get(signal)}`,
      "X-GitHub-Api-Version": apiVersion,
    };
    return await client.send({ ...request, headers }, signal);
  };
  const answer = await send();
  if (answer.status !== 401 || token.forget === undefined) return answer;
  // A token may end before its time, when the installation's rights are changed; a 401 did nothing yet.
  token.forget();
  return await send();
}

/**
 * Starts a run: not idempotent. Gives its id, or undefined where the server does not say it: enterprise servers up to 3.20
 * know no `return_run_details` (github.blog changelog of 2026-02-19) and refuse it with 400, or 422.
 */
async function dispatch(
  { api, target, workflow, isHosted }: Github,
  inputs: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const doing = `start the workflow ${target.workflow}`;
  const body = { ref: target.ref, inputs };
  const request = { method: "POST", url: `${workflow}/dispatches` } as const;
  const detailed = { ...request, body: { ...body, return_run_details: true } };
  const answer = await api.call(doing, detailed, signal).catch((error: unknown) => {
    // Nothing was done by what was refused, so asking without them is safe, whatever the refusal was about.
    if (isHosted || !isRefusedWith(error, 400, 422)) throw error;
    return api.call(doing, { ...request, body }, signal);
  });
  if (answer.status === 204) return undefined;
  return String(api.started(doing, answer, Dispatched).workflow_run_id);
}

/** Finds the run whose name or title holds the operation's id: `run-name: ${{ inputs.operation }}`. */
async function findRun(
  { api, workflow }: Github,
  operationId: string,
  sentAt: number,
  signal: AbortSignal,
): Promise<FoundRun> {
  const url = new URL(`${workflow}/runs`);
  url.searchParams.set("event", "workflow_dispatch");
  // Without milliseconds, as in GitHub's examples of searching by date.
  const since = new Date(sentAt - clockDriftMs).toISOString().replace(/\.\d+Z$/, "Z");
  url.searchParams.set("created", `>=${since}`);
  url.searchParams.set("per_page", String(pageSize));
  for (let page = 1; page <= mostPages; page += 1) {
    url.searchParams.set("page", String(page));
    const { value } = await api.read("list its latest runs", url.href, Runs, signal);
    const found = value.workflow_runs.find((run) =>
      `${run.name ?? ""}\n${run.display_title ?? ""}`.includes(operationId),
    );
    if (found !== undefined) return { kind: "found", runId: String(found.id) };
    if (value.workflow_runs.length < pageSize) return { kind: "none" };
  }
  return { kind: "unreadable", why: "has run too often since" };
}

/** The end of the log of the job that failed last. */
async function failureLog(
  { api, client, repository }: Github,
  run: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const list = `${run}/jobs?per_page=${pageSize}`;
  const { jobs } = (await api.read("list its jobs", list, Jobs, signal)).value;
  const failed = jobs.filter((job) => job.conclusion === "failure").at(-1);
  if (failed === undefined) return undefined;
  const url = `${repository}/actions/jobs/${failed.id}/logs`;
  const answer = await api.call("read its log", { method: "GET", url, redirects: "never" }, signal);
  // The log lies elsewhere, behind an address that is signed for a minute: no token of ours goes there.
  const elsewhere = URL.parse(answer.headers.location ?? "");
  if (elsewhere === null) return undefined;
  const log = await client.send({ method: "GET", url: elsewhere.href, keep: "end" }, signal);
  return log.status === 200 ? log.body : undefined;
}

/** Where people look: github.com for api.github.com, `<tenant>.ghe.com` for its api., else the server itself. */
function webOriginOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (hostedApi.test(url.hostname)) url.hostname = url.hostname.slice("api.".length);
  return url.origin;
}

/** How long GitHub wants to be left alone, in ms; undefined for an answer that is about something else. */
function throttleOf({ status, headers, body }: OutgoingAnswer, now: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const asks = retryAfterOf(headers["retry-after"], now);
  if (asks !== undefined) return asks;
  if (headers["x-ratelimit-remaining"] === "0") {
    const untilReset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) * 1_000 - now;
    return Number.isNaN(untilReset) ? throttledMs : Math.min(Math.max(untilReset, 1_000), longestWaitMs);
  }
  return status === 429 || /secondary rate limit|abuse detection/i.test(body) ? throttledMs : undefined;
}

function isRefusedWith(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof NotTaken && error.status !== undefined && statuses.includes(error.status);
}

function helpOf({ auth, repository, workflow, ref }: GithubTarget): AskedOf["help"] {
  const who = auth.kind === "app" ? `the app ${auth.appId}` : "the token";
  return {
    401:
      auth.kind === "app"
        ? "Check app.id, app.installation and the private key, and this machine's clock."
        : "The token is not valid, or has expired.",
    403: `Give ${who} the permission "Actions: read and write" on ${repository}.`,
    404: `Check repository and workflow (${workflow} must be on the default branch); ${who} may also not see it.`,
    422: `Check that ${ref} exists, and that ${workflow} has "on: workflow_dispatch" with these inputs.`,
  };
}
