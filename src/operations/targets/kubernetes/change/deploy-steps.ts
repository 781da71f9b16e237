import { ChatopsError, hasCode, orNothing } from "../../../../errors.ts";
import type { KubernetesTarget } from "../../../../nouns/target.ts";
import { safeText } from "../../../../outgoing/safe-text.ts";
import type { Job, Looked, Plan, Step, StepResult, StepRun } from "../../../target-port.ts";
import { checkStep, failedFor, refused } from "../../check-step.ts";
import { pinned } from "../../running-image.ts";
import { type Cluster, currentWorkload, patchWorkload, tryPatch } from "../api/cluster-calls.ts";
import { markOf, marksOf } from "../objects/mark.ts";
import { imageOf, workloadName } from "../objects/workload.ts";
import { imagePatch } from "./patch-of.ts";
import { reviewWorkload, type WorkloadReview } from "./review-workload.ts";

// Controllers write an object's status several times a second while it rolls out; each turn reads it anew.
const mostConflicts = 5;

/** Reads the workload and lets the cluster try the change without making it: policies and missing rights show here. */
export async function plan(cluster: Cluster, job: Job, signal: AbortSignal): Promise<Plan> {
  try {
    const found = await examine(cluster, job, signal);
    if (found.kind === "refused") return found;
    return { kind: "change", lines: found.lines, digestBefore: found.digestBefore };
  } catch (error) {
    if (!hasCode(error, "target-refused", "target-not-found")) throw error;
    return refused(error.message, "Nothing was changed.");
  }
}

/** The step that refuses what `plan` does, and writes down what ran before. */
export function checkWorkloadStep(cluster: Cluster, job: Job): Step {
  return checkStep(
    `check the ${workloadName(cluster.target)}`,
    (signal) => examine(cluster, job, signal),
    ({ imageBefore }) => ({ imageBefore }),
  );
}

/** The step that sets the image. Its mark on the workload tells whether it was done. */
export function patchStep(cluster: Cluster, job: Job): Step {
  return {
    name: "patch",
    says: `patch the ${workloadName(cluster.target)}`,
    changes: true,
    look: (run) => look(cluster, job, run),
    run: (run) => patch(cluster, job, run),
  };
}

async function look(cluster: Cluster, job: Job, run: StepRun): Promise<Looked> {
  const workload = await currentWorkload(cluster, run.signal);
  // Whatever became of the image since, the patch was made: the next step sees if somebody changed it.
  return markOf(workload, cluster.target.container) === marksOf(job.operationId).placed
    ? { kind: "done" }
    : { kind: "absent" };
}

async function patch(cluster: Cluster, job: Job, run: StepRun): Promise<StepResult> {
  const { target } = cluster;
  const mark = marksOf(job.operationId).placed;
  return await againOnConflict(target, async () => {
    const workload = await currentWorkload(cluster, run.signal);
    if (markOf(workload, target.container) === mark) return { kind: "done" };
    const found = reviewWorkload(workload, target, job);
    if (found.kind === "refused") return failedFor(found);
    if (found.imageBefore !== run.notes.imageBefore)
      return {
        kind: "failed",
        outcome: `somebody changed the image of the ${workloadName(target)} to ${safeText(found.imageBefore)} meanwhile; nothing was changed here`,
      };
    const { resourceVersion } = workload.metadata;
    // A stop must know for which version a patch may still be under way.
    await run.note({ patchedFrom: resourceVersion });
    const body = imagePatch(target, { image: pinned(job.image), mark, resourceVersion });
    return (await patchWorkload(cluster, body, run.signal)) === "patched" ? { kind: "done" } : undefined;
  });
}

/** Takes turns until one gives something; undefined: somebody else wrote between its read and its patch. */
export async function againOnConflict<T>(target: KubernetesTarget, turn: () => Promise<T | undefined>) {
  for (let turns = 0; turns < mostConflicts; turns += 1) {
    const ended = await turn();
    if (ended !== undefined) return ended;
  }
  const message = `The ${workloadName(target)} was changed by others each time it was to be patched. It will be tried again.`;
  throw new ChatopsError("target-unavailable", message, { retryable: true });
}

async function examine(cluster: Cluster, job: Job, signal: AbortSignal): Promise<WorkloadReview> {
  const { target } = cluster;
  const found = reviewWorkload(await currentWorkload(cluster, signal), target, job);
  if (found.kind === "refused") return found;
  const image = pinned(job.image);
  const body = imagePatch(target, { image, mark: marksOf(job.operationId).placed });
  // A webhook with side effects cannot be tried; what it says shows at the change itself.
  const tried = await orNothing(
    tryPatch(cluster, body, signal),
    (error) => hasCode(error, "target-refused") && /dry.?run/i.test(error.message),
  );
  const imageAfter = tried === undefined ? image : imageOf(tried, target.container);
  if (imageAfter === image) return found;
  return refused(
    `the cluster would run ${safeText(imageAfter ?? "nothing")} in place of ${image}`,
    "A mutating webhook of the cluster rewrites images. Exempt this workload from it.",
  );
}
