import { createChanges } from "../shared/changes.ts";
import { type Call, json, type Reply } from "../shared/http-call.ts";
import { isObject, parseObject } from "../shared/json-object.ts";
import { type Caller, createGithubAccess, GithubRefused } from "./github-access.ts";
import type { GithubOptions, WorkflowFacts, WorkflowRunView } from "./github-options.ts";
import { servePlatform } from "./serve.ts";

const maxBodyBytes = 1024 * 1024;
const mostInputs = 25;
const longestSearch = 1_000;

type Run = { -readonly [K in keyof WorkflowRunView]: WorkflowRunView[K] } & {
  reads: number;
  hiddenLists: number;
};

/** A simulated repository on GitHub. */
export type GithubWorld = Awaited<ReturnType<typeof createGithubWorld>>;

/**
 * A simulated repository on GitHub: workflows that can be dispatched, their runs, jobs and logs, installation tokens of an
 * app, as version 2022-11-28 of the REST API has them.
 */
export async function createGithubWorld(options: GithubOptions) {
  const onProblem = options.onProblem ?? (() => {});
  const { onChange, changed } = createChanges(onProblem);
  const now = options.now ?? Date.now;
  const access = createGithubAccess(options, now);
  const runs: Run[] = [];
  const logs = new Map<number, string>();
  let origin = "";
  const own = `/repos/${options.repository}`;

  function finish(id: number, conclusion: string): void {
    const run = runs.find((one) => one.id === id);
    if (run === undefined || run.status === "completed") throw new Error(`run ${id} is not under way`);
    run.status = "completed";
    run.conclusion = conclusion;
    changed();
  }

  async function dispatch(call: Call, workflow: WorkflowFacts, caller: Caller): Promise<Reply> {
    if (caller.actions !== "write")
      throw new GithubRefused(403, "Resource not accessible by personal access token");
    if (workflow.state === "disabled_manually")
      throw new GithubRefused(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow");
    const body = readDispatch((await call.readBody(maxBodyBytes)).toString("utf8"));
    const knowsDetails = options.returnsRunDetails !== false;
    if (!knowsDetails && body.return_run_details !== undefined)
      throw new GithubRefused(400, '"return_run_details" is not a permitted key.');
    if (!(options.refs ?? ["main"]).includes(body.ref.replace(/^refs\/heads\//, "")))
      throw new GithubRefused(422, `No ref found for: ${body.ref}`);
    const names = Object.keys(body.inputs);
    const unknown = names.filter((name) => !workflow.inputs.includes(name));
    if (unknown.length > 0 || names.length > mostInputs)
      throw new GithubRefused(422, `Unexpected inputs provided: ${JSON.stringify(unknown)}`);
    const id = 9_000 + runs.length + 1;
    const { inputs, ref } = body;
    const title = workflow.runName === undefined ? workflow.name : (inputs[workflow.runName] ?? "");
    const hiddenLists = options.appearsAfterLists ?? 0;
    runs.push({
      id,
      workflow: workflow.file,
      ref,
      inputs,
      title,
      status: "queued",
      createdAt: now(),
      by: caller.name,
      reads: 0,
      hiddenLists,
    });
    changed();
    if (body.return_run_details !== true) return { status: 204 };
    const html = `${origin}/${options.repository}/actions/runs/${id}`;
    return json(200, { workflow_run_id: id, run_url: `${origin}${own}/actions/runs/${id}`, html_url: html });
  }

  function listRuns({ query }: Call, workflow: WorkflowFacts): Reply {
    for (const run of runs) run.hiddenLists -= 1;
    const since = Date.parse((query.get("created") ?? ">=1970-01-01T00:00:00Z").replace(/^>=/, ""));
    const perPage = Math.min(Number(query.get("per_page") ?? 30), 100);
    const page = Number(query.get("page") ?? 1);
    const fitting = runs
      .filter((run) => run.workflow === workflow.file && run.hiddenLists < 0 && run.createdAt >= since)
      .reverse()
      .slice(0, longestSearch);
    const workflow_runs = fitting
      .slice((page - 1) * perPage, page * perPage)
      .map((run) => runBody(run, workflow));
    return json(200, { total_count: fitting.length, workflow_runs });
  }

  function runBody(run: Run, workflow?: WorkflowFacts) {
    return {
      id: run.id,
      name: workflow?.runName === undefined ? workflow?.name : run.title,
      display_title: run.title,
      event: "workflow_dispatch",
      status: run.status,
      conclusion: run.conclusion ?? null,
      created_at: new Date(run.createdAt).toISOString(),
      html_url: `${origin}/${options.repository}/actions/runs/${run.id}`,
    };
  }

  function getRun(id: string): Run {
    const run = runs.find((one) => String(one.id) === id);
    if (run === undefined) throw new GithubRefused(404, "Not Found");
    return run;
  }

  function readRun(id: string): Reply {
    const run = getRun(id);
    run.reads += 1;
    const { ends } = options;
    if (run.status === "queued") run.status = "in_progress";
    if (ends !== undefined && run.status !== "completed" && run.reads >= ends.afterReads)
      finish(run.id, ends.conclusion);
    return json(200, runBody(run));
  }

  function stop(id: string, caller: Caller): Reply {
    if (caller.actions !== "write") throw new GithubRefused(403, "Resource not accessible by integration");
    const run = getRun(id);
    if (run.status === "completed")
      throw new GithubRefused(409, "Cannot cancel a workflow run that is completed.");
    stopping.add(run.id);
    changed();
    return json(202, {});
  }
  const stopping = new Set<number>();

  async function route(call: Call): Promise<Reply> {
    const { method, path } = call;
    const log = /^\/signed-logs\/(\d+)$/.exec(path)?.[1];
    if (log !== undefined) return readLog(call, Number(log));
    const installation = /^\/app\/installations\/(\w+)\/access_tokens$/.exec(path)?.[1];
    if (method === "POST" && installation !== undefined) return await access.give(call, installation);
    const caller = access.callerOf(call);
    const key = path.startsWith(`${own}/actions/`)
      ? `${method} ${path.slice(own.length + "/actions".length)}`
      : "";
    const run = /^(GET|POST) \/runs\/(\d+)(\/cancel|\/jobs)?$/.exec(key);
    if (run?.[2] !== undefined) return routeRun(`${run[1]}${run[3] ?? ""}`, run[2], caller);
    const job = /^GET \/jobs\/(\d+)\/logs$/.exec(key)?.[1];
    if (job !== undefined)
      return { status: 302, headers: { Location: `${origin}/signed-logs/${job}?sig=abc` } };
    const file = /^(GET|POST) \/workflows\/([^/]+)(\/runs|\/dispatches)?$/.exec(key);
    const workflow = options.workflows.find((one) => one.file === file?.[2]);
    if (file === null || workflow === undefined) throw new GithubRefused(404, "Not Found");
    const verb = `${file[1]}${file[3] ?? ""}`;
    if (verb === "POST/dispatches") return await dispatch(call, workflow, caller);
    if (verb === "GET/runs") return listRuns(call, workflow);
    if (verb === "GET")
      return json(200, {
        id: 1,
        name: workflow.name,
        path: `.github/workflows/${workflow.file}`,
        state: workflow.state ?? "active",
      });
    throw new GithubRefused(404, "Not Found");
  }

  function routeRun(verb: string, id: string, caller: Caller): Reply {
    if (verb === "GET") return readRun(id);
    if (verb === "POST/cancel") return stop(id, caller);
    const { conclusion } = getRun(id);
    return json(200, {
      total_count: 1,
      jobs: [{ id: Number(id) * 10, name: "deploy", conclusion: conclusion ?? null }],
    });
  }

  // The storage that logs lie in knows no tokens of GitHub, and refuses a call that brings one.
  function readLog(call: Call, job: number): Reply {
    if (call.headers.authorization !== undefined) return { status: 400, body: "InvalidAuthenticationInfo" };
    if (call.query.get("sig") !== "abc") return { status: 403, body: "AuthenticationFailed" };
    return { status: 200, body: logs.get(Math.floor(job / 10)) ?? "" };
  }

  const server = await servePlatform({
    port: options.port,
    onProblem,
    answer: route,
    refuse: (error) => {
      if (!(error instanceof GithubRefused)) throw error;
      const { message, status } = error;
      const documentation_url = "https://docs.github.com/rest";
      return json(status, { message, documentation_url, status: String(status) });
    },
  });
  origin = server.origin;
  return {
    /** What a target's `apiUrl` is. */
    apiUrl: server.origin,
    fault: server.fault,
    /** Every run, oldest first. */
    snapshot: (): readonly WorkflowRunView[] =>
      runs.map(({ reads: _, hiddenLists: __, ...run }) => ({ ...run })),
    /** Runs that somebody asked to be stopped. */
    stopping: (): readonly number[] => [...stopping],
    issuedTokens: access.issuedTokens,
    revokeTokens: access.revoke,
    onChange,
    /** Ends a run that is under way: `success`, `failure`, `cancelled` … */
    finish,
    /** What the log of a run's job says. */
    setLog: (id: number, text: string): void => void logs.set(id, text),
    close: server.close,
  };
}

function readDispatch(text: string): {
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly return_run_details?: unknown;
} {
  const { ref, inputs, ...more } = parseObject(text) ?? {};
  if (typeof ref !== "string") throw new GithubRefused(400, "Problems parsing JSON");
  const texts = Object.entries(isObject(inputs) ? inputs : {}).map(([name, input]) => [name, String(input)]);
  return { ref, inputs: Object.fromEntries(texts), return_run_details: more.return_run_details };
}
