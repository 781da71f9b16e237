import type { AzurePipelinesTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { TargetPort } from "../target-port.ts";
import { createAzureDevops } from "./pipelines/azure-devops.ts";
import { parameterProblem } from "./pipelines/fill-parameters.ts";
import { createPipelinePort } from "./pipelines/pipeline-port.ts";

/**
 * Runs a pipeline of Azure DevOps with the image as parameters, and follows it. Starting one is not idempotent: a
 * parameter holds the operation's id, by which the run is found again.
 */
export function createAzurePipelinesTarget(target: AzurePipelinesTarget, deps: TargetDeps): TargetPort {
  const { now } = deps;
  const { name, parameters, pipeline, project } = target;
  return createPipelinePort({
    ...createAzureDevops({ target, credential: deps.credentials.get(target.credential), now }),
    target,
    name: `the pipeline ${pipeline} of ${project}`,
    values: parameters,
    problem: parameterProblem("the pipeline's parameters", parameters),
    remedy: `Correct targets.${name}.parameters, and declare them in the pipeline's YAML.`,
    now,
    findable: "Let a parameter of the pipeline be {operation}.",
  });
}
