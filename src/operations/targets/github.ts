import type { GithubTarget } from "../../nouns/target.ts";
import { safeText } from "../../outgoing/safe-text.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { TargetPort } from "../target-port.ts";
import { type RefusedPlan, refused } from "./check-step.ts";
import { parameterProblem } from "./pipelines/fill-parameters.ts";
import { createGithubApi, type WorkflowRun } from "./pipelines/github-api.ts";
import { createPipelinePort, type RunView } from "./pipelines/pipeline-port.ts";

// docs.github.com, "Create a workflow dispatch event" and the changelog of 2025-12-04.
const mostInputs = 25;
const runName = `run-name: \${{ inputs.operation }}`;

/**
 * Starts a workflow of GitHub Actions with the image as inputs, and follows its run. A dispatch is not idempotent: an
 * input holds the operation's id, and the workflow puts it into its name (`run-name`), by which the run is found again.
 */
export function createGithubTarget(target: GithubTarget, deps: Pick<TargetDeps, "now">): TargetPort {
  const github = createGithubApi({ target, now: deps.now });
  const { workflow, repository, ref } = target;
  return createPipelinePort({
    target,
    name: `the workflow ${workflow} of ${repository}`,
    values: target.inputs,
    refusal: refusalOf(target),
    now: deps.now,
    describe: async (signal) => {
      const { name, state } = await github.readWorkflow(signal);
      if (state === "active") return `run the workflow ${name} (${workflow}) of ${repository} on ${ref}`;
      const why = `The workflow ${workflow} of ${repository} is not active (${state})`;
      return refused(why, "Enable it on GitHub, in the Actions tab.");
    },
    start: github.dispatch,
    find: github.find,
    view: async (runId, signal) => ({
      ...stateOf(await github.readRun(runId, signal)),
      link: github.linkOf(runId),
    }),
    failureTail: github.failureTail,
    stop: github.cancel,
    linkOf: github.linkOf,
    findable: `Put this into the workflow: ${runName}`,
  });
}

function refusalOf({ name, inputs }: GithubTarget): RefusedPlan | undefined {
  const tooMany =
    Object.keys(inputs).length > mostInputs ? `there are more than GitHub's ${mostInputs}` : undefined;
  const problem = tooMany ?? parameterProblem(inputs);
  if (problem === undefined) return undefined;
  const help = `Correct targets.${name}.inputs, and declare them in the workflow, with ${runName}`;
  return refused(`Of the workflow's inputs ${problem}`, help);
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
