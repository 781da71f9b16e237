import type { AzurePipelinesTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { TargetPort } from "../target-port.ts";
import { type RefusedPlan, refused } from "./check-step.ts";
import { createAzureDevops, type PipelineRun } from "./pipelines/azure-devops.ts";
import { parameterProblem } from "./pipelines/fill-parameters.ts";
import { createPipelinePort, type RunView } from "./pipelines/pipeline-port.ts";

/**
 * Runs a pipeline of Azure DevOps with the image as parameters, and follows it. Starting one is not idempotent: a
 * parameter holds the operation's id, by which the run is found again.
 */
export function createAzurePipelinesTarget(target: AzurePipelinesTarget, deps: TargetDeps): TargetPort {
  const { now } = deps;
  const devops = createAzureDevops({ target, credential: deps.credentials.get(target.credential), now });
  return createPipelinePort({
    target,
    name: `the pipeline ${target.pipeline} of ${target.project}`,
    values: target.parameters,
    refusal: refusalOf(target),
    now,
    describe: async (signal) => {
      const name = await devops.pipelineName(signal);
      return `run the pipeline ${name} (${target.pipeline}) of ${target.project} on ${target.ref}`;
    },
    start: async (values, signal) => String((await devops.start(values, signal)).id),
    find: devops.find,
    async view(runId, signal) {
      const run = await devops.readRun(runId, signal);
      const { retryAfterMs } = run;
      const link = devops.linkOf(run);
      return { ...stateOf(run), link, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    },
    failureTail: devops.failureTail,
    stop: devops.cancel,
    linkOf: (runId) => devops.linkOf({ id: Number(runId) }),
    findable: "Let a parameter of the pipeline be {operation}.",
  });
}

function refusalOf({ name, parameters }: AzurePipelinesTarget): RefusedPlan | undefined {
  const problem = parameterProblem(parameters);
  if (problem === undefined) return undefined;
  const help = `Correct targets.${name}.parameters, and declare them in the pipeline's YAML.`;
  return refused(`Of the pipeline's parameters ${problem}`, help);
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
