import type { AzurePipelinesTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { Job, Plan, StepResult, StepRun, TargetPort } from "../target-port.ts";
import { createAzureDevops, type PipelineRun } from "./pipelines/azure-devops.ts";
import { fillParameters, parameterProblem } from "./pipelines/fill-parameters.ts";
import { type RunView, stepOfRun, tailIfAny } from "./pipelines/follow-run.ts";
import { createPipelinePort } from "./pipelines/pipeline-port.ts";
import { lookForSent, sendOnce } from "./send-once.ts";

/**
 * Runs a pipeline of Azure DevOps with the image as parameters, and follows it. Starting one is not idempotent: a
 * parameter holds the operation's id, by which the run is found again.
 */
export function createAzurePipelinesTarget(target: AzurePipelinesTarget, deps: TargetDeps): TargetPort {
  const { now } = deps;
  const devops = createAzureDevops({ target, credential: deps.credentials.get(target.credential), now });
  const name = `the pipeline ${target.pipeline} of ${target.project}`;

  async function plan(job: Job, signal: AbortSignal): Promise<Plan> {
    const refused = refusalOf(target);
    if (refused !== undefined) return refused;
    return planOf(target, job, await devops.pipelineName(signal));
  }

  const look = (job: Job, notes: StepRun["notes"], signal: AbortSignal) =>
    lookForSent({ notes }, now, (sentAt) => devops.find(job.operationId, sentAt, signal));

  const viewOf = async (runId: string, signal: AbortSignal): Promise<RunView> => {
    const run = await devops.readRun(runId, signal);
    const { retryAfterMs } = run;
    return {
      ...stateOf(run),
      link: devops.linkOf(run),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  };

  async function start(job: Job, run: StepRun): Promise<StepResult> {
    const parameters = fillParameters(target.parameters, job);
    const started = await sendOnce(run, now, () => devops.start(parameters, run.signal));
    return { kind: "done", notes: { runId: String(started.id) }, link: devops.linkOf(started) };
  }

  async function follow(run: StepRun): Promise<StepResult> {
    const { runId = "" } = run.notes;
    const tail = async () =>
      target.logs === "tail" ? await tailIfAny(() => devops.failureTail(runId, run.signal), run) : undefined;
    return await stepOfRun(`${name}, run ${runId},`, await viewOf(runId, run.signal), tail);
  }

  return createPipelinePort({
    type: "azure-pipelines",
    name,
    plan,
    start,
    look,
    follow: (_job, run) => follow(run),
    read: viewOf,
    stop: (runId, signal) => devops.cancel(runId, signal),
    linkOf: ({ runId }) => (runId === undefined ? undefined : devops.linkOf({ id: Number(runId) })),
  });
}

function refusalOf(target: AzurePipelinesTarget): Plan | undefined {
  const problem = parameterProblem(target.parameters);
  if (problem === undefined) return undefined;
  const help = `Correct targets.${target.name}.parameters, and declare them in the pipeline's YAML.`;
  return { kind: "refused", why: `Of the pipeline's parameters ${problem}`, help };
}

function planOf(target: AzurePipelinesTarget, job: Job, pipelineName: string): Plan {
  const filled = Object.entries(fillParameters(target.parameters, job));
  return {
    kind: "change",
    lines: [
      `run the pipeline ${pipelineName} (${target.pipeline}) of ${target.project} on ${target.ref}`,
      ...filled.map(([name, value]) => `${name}: ${value}`),
      "what it deploys to is not known here, nor what runs there now",
    ],
  };
}

function stateOf(run: PipelineRun): Pick<RunView, "kind" | "says"> {
  if (run.state === "inProgress") return { kind: "running", says: "it runs" };
  if (run.state === "canceling") return { kind: "stopping", says: "it is being stopped" };
  if (run.state !== "completed") return { kind: "running", says: "its state is not known yet" };
  if (run.result === "succeeded") return { kind: "succeeded", says: "succeeded" };
  if (run.result === "canceled") return { kind: "cancelled", says: "canceled" };
  if (run.result === "failed") return { kind: "failed", says: "result: failed" };
  // Partly succeeded, or a word that is newer than this.
  return { kind: "unclear", says: "its result is neither succeeded nor failed" };
}
