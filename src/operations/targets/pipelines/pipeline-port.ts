import { ChatopsError, orNothing } from "../../../errors.ts";
import type { AzurePipelinesTarget, GithubTarget } from "../../../nouns/target.ts";
import type { Cancelled, Job, Looked, Plan, StepResult, StepRun, TargetPort } from "../../target-port.ts";
import { checkStep, type RefusedPlan, refused } from "../check-step.ts";
import { followStep } from "../follow-step.ts";
import { redactedTail } from "../redact-log.ts";
import { type FoundRun, lookForSent, sendOnce, sentAtOf, settleMs } from "../send-once.ts";
import { fillParameters } from "./fill-parameters.ts";

// A pipeline takes minutes; both platforms ask not to be polled without need.
const pollMs = 10_000;
const stoppingPollMs = 15_000;
const searchMs = 5_000;

/** What another system does with a pipeline of its own. */
export interface PipelineSystem {
  /** Reads it, and says what would be run: `run the workflow Deploy (deploy.yml) of …`. */
  describe(signal: AbortSignal): Promise<RefusedPlan | string>;
  /** Starts a run, not to be repeated without a look; undefined: it was started, and the system names no run. */
  start(values: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string | undefined>;
  /** Finds the run that has the operation's id. */
  find(operationId: string, sentAt: number, signal: AbortSignal): Promise<FoundRun>;
  view(runId: string, signal: AbortSignal): Promise<RunView>;
  /** The end of the log of what failed; undefined if there is none to be had. */
  failureLog(runId: string, signal: AbortSignal): Promise<string | undefined>;
  /** Asks for a run to be stopped, which may take its time. */
  stop(runId: string, signal: AbortSignal): Promise<void>;
  /** The run's page. */
  linkOf(runId: string): string;
}

/** A pipeline of another system, as it is configured. */
export interface Pipeline extends PipelineSystem {
  readonly target: AzurePipelinesTarget | GithubTarget;
  /** For people: `the workflow deploy.yml of contoso/shop`. */
  readonly name: string;
  /** What a run is given; `{image}` and others are filled in. */
  readonly values: Readonly<Record<string, string>>;
  /** Why it can never be run as it is configured, and what to do about it. */
  readonly problem: string | undefined;
  readonly remedy: string;
  readonly now: () => number;
  /** What makes its runs be found, for people whose runs are not. */
  readonly findable: string;
}

/** A run on another system, as far as following it goes. `stopping` and `running` are under way. */
export interface RunView {
  readonly kind: "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "unclear";
  /** In words of the other system: `queued`, `waits for an approval there`. */
  readonly says: string;
  readonly link: string;
  readonly retryAfterMs?: number;
}

/** A target that runs a pipeline: check, start, follow. What it deploys to is not known here. */
export function createPipelinePort(pipeline: Pipeline): TargetPort {
  const { name, target, linkOf } = pipeline;
  return {
    type: target.type,
    plan: (job, signal) => plan(pipeline, job, signal),
    steps: (job) => [
      checkStep(`read ${name}`, (signal) => plan(pipeline, job, signal)),
      {
        name: "start",
        says: `start ${name}`,
        changes: true,
        look: ({ notes, signal }) => look(pipeline, job, notes, signal),
        run: (run) => start(pipeline, job, run),
      },
      followStep(
        { name: "follow", says: `wait for ${name}` },
        (run) => {
          const { runId } = run.notes;
          return runId === undefined ? search(pipeline, job, run) : follow(pipeline, runId, run.signal);
        },
        ({ notes }) => (notes.runId === undefined ? undefined : linkOf(notes.runId)),
      ),
    ],
    observe: async () => ({ kind: "unknown" }),
    cancel: (job, notes, signal) => stop(pipeline, job, notes, signal),
  };
}

async function plan(pipeline: Pipeline, job: Job, signal: AbortSignal): Promise<Plan> {
  if (pipeline.problem !== undefined) return refused(pipeline.problem, pipeline.remedy);
  const described = await pipeline.describe(signal);
  if (typeof described !== "string") return described;
  const filled = Object.entries(fillParameters(pipeline.values, job));
  return {
    kind: "change",
    lines: [
      described,
      ...filled.map(([name, value]) => `${name}: ${value}`),
      "what it deploys to is not known here, nor what runs there now",
    ],
  };
}

function look(pipeline: Pipeline, job: Job, notes: StepRun["notes"], signal: AbortSignal): Promise<Looked> {
  return lookForSent({ notes }, pipeline.now, (sentAt) => find(pipeline, job, sentAt, signal));
}

async function find(pipeline: Pipeline, job: Job, sentAt: number, signal: AbortSignal): Promise<FoundRun> {
  const found = await pipeline.find(job.operationId, sentAt, signal);
  if (found.kind !== "unreadable") return found;
  const why = `The answer to the start of ${pipeline.name} was lost, and it ${found.why}.`;
  return { ...found, why: `${why} Look there whether it was started, before you ask for it again.` };
}

async function start(pipeline: Pipeline, job: Job, run: StepRun): Promise<StepResult> {
  const values = fillParameters(pipeline.values, job);
  const runId = await sendOnce(run, pipeline.now, () => pipeline.start(values, run.signal));
  return runId === undefined
    ? { kind: "done" }
    : { kind: "done", notes: { runId }, link: pipeline.linkOf(runId) };
}

/** A server that does not say the run's id makes the run a moment later. */
async function search(pipeline: Pipeline, job: Job, run: StepRun): Promise<StepResult> {
  const sentAt = sentAtOf(run.notes) ?? run.begunAt;
  const found = await find(pipeline, job, sentAt, run.signal);
  if (found.kind === "unreadable") return { kind: "in-doubt", outcome: found.why };
  if (found.kind === "found") {
    await run.note({ runId: found.runId });
    return { kind: "wait", afterMs: 0, progress: "it was started", link: pipeline.linkOf(found.runId) };
  }
  if (pipeline.now() - sentAt < 2 * settleMs)
    return { kind: "wait", afterMs: searchMs, progress: "its run is not there yet" };
  const why = `${pipeline.name} was started, but no run of it has the operation in its name.`;
  return { kind: "in-doubt", outcome: `${why} ${pipeline.findable}` };
}

/** What a run's state means for the step that waits for it. */
async function follow(pipeline: Pipeline, runId: string, signal: AbortSignal): Promise<StepResult> {
  const name = `${pipeline.name}, run ${runId},`;
  const { kind, says, link, retryAfterMs } = await pipeline.view(runId, signal);
  switch (kind) {
    case "running":
    case "stopping":
      return { kind: "wait", afterMs: Math.max(pollMs, retryAfterMs ?? 0), progress: says, link };
    case "succeeded":
      return { kind: "done", link };
    case "cancelled":
      return { kind: "failed", outcome: `${name} was cancelled there`, changed: "unknown", link };
    case "unclear":
      return { kind: "in-doubt", outcome: `${name} ended (${says}); look there what it did`, link };
    case "failed": {
      const lines = await tailIfAny(pipeline, runId, signal);
      const outcome = `${name} failed (${says})${lines === "" ? "" : `. The end of its log:\n${lines}`}`;
      // How far it came is for whoever reads its log.
      return { kind: "failed", outcome, changed: "unknown", link };
    }
    default:
      return kind satisfies never;
  }
}

/** The redacted end of a log, if it is wanted: one that cannot be read changes nothing about how a run ended. */
async function tailIfAny(pipeline: Pipeline, runId: string, signal: AbortSignal): Promise<string> {
  if (pipeline.target.logs !== "tail") return "";
  const log = await orNothing(
    pipeline.failureLog(runId, signal),
    (error) => error instanceof ChatopsError && !signal.aborted,
  );
  return redactedTail(log ?? "");
}

/**
 * Stops a run: asks for it once, then throws a retryable ChatopsError until the run has really ended, so that nothing
 * else is started beside it. A run that came to its end first is too late to stop.
 */
async function stop(
  pipeline: Pipeline,
  job: Job,
  notes: StepRun["notes"],
  signal: AbortSignal,
): Promise<Cancelled> {
  const { name } = pipeline;
  const looked: Looked =
    notes.runId === undefined ? await look(pipeline, job, notes, signal) : { kind: "done" };
  if (looked.kind === "absent") return { kind: "cancelled", outcome: "nothing was started", changed: "no" };
  if (looked.kind === "unknown") return { kind: "too-late", why: looked.why };
  const runId = notes.runId ?? looked.notes?.runId ?? "";
  const { kind, says } = await pipeline.view(runId, signal);
  if (kind === "cancelled")
    return { kind, outcome: `${name} was stopped; see there what it had done`, changed: "unknown" };
  if (kind !== "running" && kind !== "stopping")
    return { kind: "too-late", why: `${name} has ended (${says})` };
  if (kind === "running") await pipeline.stop(runId, signal);
  throw new ChatopsError("target-unavailable", `${name} was asked to stop, and is not at its end yet.`, {
    retryable: true,
    retryAfterMs: stoppingPollMs,
  });
}
