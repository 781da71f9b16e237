import { createChanges } from "../shared/changes.ts";
import { readBearer } from "../shared/credentials.ts";
import { type Call, json, type Reply } from "../shared/http-call.ts";
import { parseObject } from "../shared/json-object.ts";
import { Refusal } from "../shared/refusal.ts";
import type {
  PipelineResult,
  PipelineRight,
  PipelineRunView,
  PipelinesOptions,
} from "./pipelines-options.ts";
import { servePlatform } from "./serve.ts";

const maxBodyBytes = 1024 * 1024;
const allRights: readonly PipelineRight[] = ["view", "queue", "configure", "stop"];

type Run = { -readonly [K in keyof PipelineRunView]: PipelineRunView[K] } & { reads: number };

/** A refusal in Azure DevOps' own form. */
class Refused extends Refusal {}

/** A simulated organization of Azure DevOps. */
export type PipelinesWorld = Awaited<ReturnType<typeof createPipelinesWorld>>;

/**
 * A simulated organization of Azure DevOps Services: pipelines, their runs, builds, timelines and logs, as version 7.1 of
 * the REST API has them. It demands a known token, the api-version and declared parameters.
 */
export async function createPipelinesWorld(options: PipelinesOptions) {
  const onProblem = options.onProblem ?? (() => {});
  const { onChange, changed } = createChanges(onProblem);
  const now = options.now ?? Date.now;
  const runs: Run[] = [];
  const logs = new Map<number, string>();
  const root = `/${options.organization}/${options.project}/_apis`;
  let origin = "";

  function finish(id: number, result: PipelineResult): void {
    const run = runs.find((one) => one.id === id);
    if (run === undefined || run.state === "completed") throw new Error(`run ${id} is not under way`);
    run.state = "completed";
    run.result = result;
    changed();
  }

  async function start(call: Call, pipelineId: string): Promise<Reply> {
    demand(call, options, ["queue", "configure"]);
    if (call.headers["content-type"]?.startsWith("application/json") !== true)
      throw new Refused(415, "UnsupportedMediaTypeException", "The request must be application/json.");
    const body = parseBody((await call.readBody(maxBodyBytes)).toString("utf8"));
    const pipeline = options.pipelines.find((one) => String(one.id) === pipelineId);
    if (pipeline === undefined)
      throw new Refused(404, "PipelineNotFoundException", `Pipeline ${pipelineId} was not found.`);
    const ref = body.resources?.repositories?.self?.refName ?? "refs/heads/main";
    if (!(options.refs ?? ["refs/heads/main"]).includes(ref))
      throw new Refused(400, "PipelineValidationException", `Could not find the ref ${ref}.`);
    const unknown = Object.keys(body.templateParameters ?? {}).find(
      (name) => !pipeline.parameters.includes(name),
    );
    if (unknown !== undefined)
      throw new Refused(400, "PipelineValidationException", `Unexpected parameter '${unknown}'`);
    const id = 1_000 + runs.length + 1;
    const parameters = body.templateParameters ?? {};
    const name = `20260101.${runs.length + 1}`;
    runs.push({
      id,
      pipeline: pipeline.id,
      name,
      ref,
      parameters,
      state: "inProgress",
      queuedAt: now(),
      reads: 0,
    });
    changed();
    return json(200, runBody(getRun(String(id)), true));
  }

  function getRun(id: string): Run {
    const run = runs.find((one) => String(one.id) === id);
    if (run === undefined) throw new Refused(404, "RunNotFoundException", `Run ${id} was not found.`);
    return run;
  }

  function readRun(id: string): Reply {
    const run = getRun(id);
    run.reads += 1;
    const ends = options.ends;
    if (ends !== undefined && run.state === "inProgress" && run.reads >= ends.afterReads)
      finish(run.id, ends.result);
    return json(200, runBody(run, options.parametersShown !== "never"));
  }

  function runBody(run: Run, showsParameters: boolean) {
    const web = `${origin}/${options.organization}/${options.project}/_build/results?buildId=${run.id}`;
    return {
      _links: { web: { href: web } },
      ...(showsParameters ? { templateParameters: run.parameters } : {}),
      pipeline: { id: run.pipeline },
      state: run.state,
      ...(run.result === undefined ? {} : { result: run.result }),
      createdDate: new Date(run.queuedAt).toISOString(),
      id: run.id,
      name: run.name,
    };
  }

  function listBuilds({ query }: Call): Reply {
    const top = Number(query.get("$top") ?? 1_000);
    const from = Number(query.get("continuationToken") ?? 0);
    const minTime = Date.parse(query.get("minTime") ?? "1970-01-01T00:00:00Z");
    const definitions = (query.get("definitions") ?? "").split(",");
    const fitting = runs.filter(
      (run) => definitions.includes(String(run.pipeline)) && run.queuedAt >= minTime,
    );
    if (query.get("queryOrder") === "queueTimeDescending") fitting.reverse();
    const value = fitting.slice(from, from + top).map((run) => ({
      id: run.id,
      buildNumber: run.name,
      ...((options.parametersShown ?? "in lists") === "in lists"
        ? { templateParameters: run.parameters }
        : {}),
    }));
    const isMore = from + top < fitting.length;
    const headers: Record<string, string> = isMore ? { "x-ms-continuationtoken": String(from + top) } : {};
    return json(200, { count: value.length, value }, headers);
  }

  async function stop(call: Call, id: string): Promise<Reply> {
    demand(call, options, ["stop"]);
    const run = getRun(id);
    const body = parseBody((await call.readBody(maxBodyBytes)).toString("utf8"));
    if (body.status?.toLowerCase() !== "cancelling")
      throw new Refused(400, "InvalidBuildException", "status must be Cancelling");
    if (run.state === "inProgress") run.state = "canceling";
    changed();
    return json(200, { id: run.id, status: run.state === "completed" ? "completed" : "cancelling" });
  }

  function timeline(id: string): Reply {
    const run = getRun(id);
    const task = {
      type: "Task",
      name: "deploy",
      result: run.result ?? null,
      finishTime: "2026-01-01T00:00:09Z",
      log: { id: 7 },
    };
    const first = {
      type: "Task",
      name: "checkout",
      result: "succeeded",
      finishTime: "2026-01-01T00:00:01Z",
      log: { id: 6 },
    };
    return json(200, { records: [task, first, { type: "Job", result: run.result ?? null, log: null }] });
  }

  async function route(call: Call): Promise<Reply> {
    const path = call.path.startsWith(`${root}/`) ? call.path.slice(root.length) : "";
    const key = `${call.method} ${path}`;
    const started = /^POST \/pipelines\/(\d+)\/runs$/.exec(key);
    if (started?.[1] !== undefined) return await start(call, started[1]);
    const stopped = /^PATCH \/build\/builds\/(\d+)$/.exec(key);
    if (stopped?.[1] !== undefined) return await stop(call, stopped[1]);
    demand(call, options, ["view"]);
    const pipeline = options.pipelines.find((one) => key === `GET /pipelines/${one.id}`);
    if (pipeline !== undefined) return json(200, { id: pipeline.id, name: pipeline.name, folder: "\\" });
    const read = /^GET \/pipelines\/\d+\/runs\/(\d+)$/.exec(key);
    if (read?.[1] !== undefined) return readRun(read[1]);
    if (key === "GET /build/builds") return listBuilds(call);
    const timed = /^GET \/build\/builds\/(\d+)\/timeline$/.exec(key);
    if (timed?.[1] !== undefined) return timeline(timed[1]);
    const logged = /^GET \/build\/builds\/(\d+)\/logs\/7$/.exec(key);
    if (logged?.[1] !== undefined) return { status: 200, body: logs.get(Number(logged[1])) ?? "" };
    throw new Refused(404, "NotFound", "The resource cannot be found.");
  }

  const server = await servePlatform({
    port: options.port,
    onProblem,
    answer: route,
    refuse: (error) => {
      if (!(error instanceof Refused)) throw error;
      const { message, status, code: typeKey } = error;
      return status === 401 ? signInPage() : json(status, { $id: "1", message, typeKey });
    },
  });
  origin = server.origin;
  return {
    /** `http://127.0.0.1:<port>/contoso`: what a target's `organization` is. */
    organizationUrl: `${server.origin}/${options.organization}`,
    fault: server.fault,
    /** Every run, oldest first. */
    snapshot: (): readonly PipelineRunView[] => runs.map(({ reads: _, ...run }) => ({ ...run })),
    onChange,
    /** Ends a run that is under way. */
    finish,
    /** What the log of a run's failing task says. */
    setLog: (id: number, text: string): void => void logs.set(id, text),
    close: server.close,
  };
}

// Whom it does not know it shows the sign-in page, with a status that looks like success.
function signInPage(): Reply {
  return {
    status: 203,
    headers: { "Content-Type": "text/html" },
    body: "<html>Azure DevOps Services | Sign In</html>",
  };
}

function demand(call: Call, options: PipelinesOptions, rights: readonly PipelineRight[]): void {
  const token = readBearer(call.headers) ?? "";
  const tokens: Readonly<Record<string, readonly PipelineRight[]>> = options.tokens ?? {
    "devops-token": allRights,
  };
  const has = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  if (has === undefined) throw new Refused(401, "Unauthorized", "");
  const missing = rights.find((right) => !has.includes(right));
  if (missing !== undefined)
    throw new Refused(
      403,
      "AccessDeniedException",
      `TF215106: Access denied. It needs the permission ${missing}.`,
    );
  if (call.query.get("api-version") !== "7.1")
    throw new Refused(400, "VssVersionNotSpecifiedException", "No api-version was supplied for the request.");
}

type Body = {
  readonly status?: string;
  readonly templateParameters?: Readonly<Record<string, string>>;
  readonly resources?: { readonly repositories?: { readonly self?: { readonly refName?: string } } };
};

function parseBody(text: string): Body {
  const value = parseObject(text);
  if (value !== undefined) return value;
  throw new Refused(400, "VssPropertyValidationException", "Value cannot be null.");
}
