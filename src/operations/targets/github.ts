import type { GithubTarget } from "../../nouns/target.ts";
import { safeText } from "../../outgoing/safe-text.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { Job, Plan, StepResult, StepRun, TargetPort } from "../target-port.ts";
import { fillParameters, parameterProblem } from "./pipelines/fill-parameters.ts";
import { type RunView, stepOfRun, tailIfAny } from "./pipelines/follow-run.ts";
import { createGithubApi, type WorkflowRun } from "./pipelines/github-api.ts";
import { createPipelinePort } from "./pipelines/pipeline-port.ts";
import { lookForSent, sendOnce, sentAtOf, settleMs } from "./send-once.ts";

// docs.github.com, "Create a workflow dispatch event" and the changelog of 2025-12-04.
const mostInputs = 25;
const searchMs = 5_000;

/**
 * Starts a workflow of GitHub Actions with the image as inputs, and follows its run. A dispatch is not idempotent: an
 * input holds the operation's id, and the workflow puts it into its name (`run-name`), by which the run is found again.
 */
export function createGithubTarget(target: GithubTarget, deps: TargetDeps): TargetPort {
  const { now } = deps;
  const github = createGithubApi({ target, now });
  const name = `the workflow ${target.workflow} of ${target.repository}`;

  async function plan(job: Job, signal: AbortSignal): Promise<Plan> {
    const refused = refusalOf(target);
    if (refused !== undefined) return refused;
    return planOf(target, job, await github.readWorkflow(signal));
  }

  const find = (job: Job, signal: AbortSignal) => (sentAt: number) =>
    github.find(job.operationId, sentAt, signal);

  const viewOf = async (runId: string, signal: AbortSignal): Promise<RunView> => ({
    ...stateOf(await github.readRun(runId, signal)),
    link: github.linkOf(runId),
  });

  async function dispatch(job: Job, run: StepRun): Promise<StepResult> {
    const inputs = fillParameters(target.inputs, job);
    const runId = await sendOnce(run, now, () => github.dispatch(inputs, run.signal));
    if (runId === undefined) return { kind: "done" };
    return { kind: "done", notes: { runId }, link: github.linkOf(runId) };
  }

  async function follow(job: Job, run: StepRun): Promise<StepResult> {
    const { runId } = run.notes;
    if (runId === undefined) return await search(job, run);
    const tail = async () =>
      target.logs === "tail" ? await tailIfAny(() => github.failureTail(runId, run.signal), run) : undefined;
    return await stepOfRun(`${name}, run ${runId},`, await viewOf(runId, run.signal), tail);
  }

  /** A server that does not say the run's id makes the run a moment later. */
  async function search(job: Job, run: StepRun): Promise<StepResult> {
    const sentAt = sentAtOf(run.notes) ?? run.begunAt;
    const found = await find(job, run.signal)(sentAt);
    if (found.kind === "unreadable") return { kind: "in-doubt", outcome: found.why };
    if (found.kind === "found") {
      await run.note({ runId: found.runId });
      return { kind: "wait", afterMs: 0, progress: "it was started", link: github.linkOf(found.runId) };
    }
    if (now() - sentAt < 2 * settleMs)
      return { kind: "wait", afterMs: searchMs, progress: "its run is not there yet" };
    const why = `${name} was started, but no run of it has the operation in its name.`;
    return {
      kind: "in-doubt",
      outcome: `${why} Put this into the workflow: run-name: \${{ inputs.operation }}`,
    };
  }

  const look = (job: Job, notes: StepRun["notes"], signal: AbortSignal) =>
    lookForSent({ notes }, now, find(job, signal));

  return createPipelinePort({
    type: "github",
    name,
    plan,
    start: dispatch,
    look,
    follow,
    read: viewOf,
    stop: (runId, signal) => github.cancel(runId, signal),
    linkOf: ({ runId }) => (runId === undefined ? undefined : github.linkOf(runId)),
  });
}

function refusalOf(target: GithubTarget): Plan | undefined {
  const problem =
    Object.keys(target.inputs).length > mostInputs
      ? `there are more than GitHub's ${mostInputs}`
      : parameterProblem(target.inputs);
  if (problem === undefined) return undefined;
  const help = `Correct targets.${target.name}.inputs, and declare them in the workflow, with run-name: \${{ inputs.operation }}`;
  return { kind: "refused", why: `Of the workflow's inputs ${problem}`, help };
}

function planOf(
  target: GithubTarget,
  job: Job,
  workflow: { readonly name: string; readonly state: string },
): Plan {
  if (workflow.state !== "active") {
    const why = `The workflow ${target.workflow} of ${target.repository} is not active (${workflow.state})`;
    return { kind: "refused", why, help: "Enable it on GitHub, in the Actions tab." };
  }
  const filled = Object.entries(fillParameters(target.inputs, job));
  return {
    kind: "change",
    lines: [
      `run the workflow ${workflow.name} (${target.workflow}) of ${target.repository} on ${target.ref}`,
      ...filled.map(([name, value]) => `${name}: ${value}`),
      "what it deploys to is not known here, nor what runs there now",
    ],
  };
}

// docs.github.com, "Get a workflow run": status and conclusion.
function stateOf({ status, conclusion }: WorkflowRun): Pick<RunView, "kind" | "says"> {
  if (status !== "completed") {
    const says =
      status === "waiting" ? "it waits for an approval on GitHub" : `it is ${safeText(status ?? "begun")}`;
    return { kind: "running", says };
  }
  if (conclusion === "success") return { kind: "succeeded", says: "success" };
  if (conclusion === "cancelled") return { kind: "cancelled", says: "cancelled" };
  const says = `conclusion: ${safeText(conclusion ?? "none")}`;
  const isFailure = [
    "failure",
    "timed_out",
    "startup_failure",
    "action_required",
    "skipped",
    "stale",
  ].includes(conclusion ?? "");
  return { kind: isFailure ? "failed" : "unclear", says };
}
