import type { GithubTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { TargetPort } from "../target-port.ts";
import { parameterProblem } from "./pipelines/fill-parameters.ts";
import { createGithubApi } from "./pipelines/github-api.ts";
import { createPipelinePort } from "./pipelines/pipeline-port.ts";

// docs.github.com, "Create a workflow dispatch event" and the changelog of 2025-12-04.
const mostInputs = 25;
const runName = `run-name: \${{ inputs.operation }}`;

/**
 * Starts a workflow of GitHub Actions with the image as inputs, and follows its run. A dispatch is not idempotent: an
 * input holds the operation's id, and the workflow puts it into its name (`run-name`), by which the run is found again.
 */
export function createGithubTarget(target: GithubTarget, deps: Pick<TargetDeps, "now">): TargetPort {
  const { name, inputs, workflow, repository } = target;
  const isTooMany = Object.keys(inputs).length > mostInputs;
  return createPipelinePort({
    ...createGithubApi({ target, now: deps.now }),
    target,
    name: `the workflow ${workflow} of ${repository}`,
    values: inputs,
    problem: isTooMany
      ? `The workflow has more inputs than GitHub's ${mostInputs}`
      : parameterProblem("the workflow's inputs", inputs),
    remedy: `Correct targets.${name}.inputs, and declare them in the workflow, with ${runName}`,
    now: deps.now,
    findable: `Put this into the workflow: ${runName}`,
  });
}
