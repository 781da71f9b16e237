import { safeText } from "../../../../outgoing/safe-text.ts";
import type { Cancelled, Job, StepRun } from "../../../target-port.ts";
import { type Cluster, currentWorkload, patchWorkload } from "../api/cluster-calls.ts";
import { hasTemplateOf, markOf, marksOf } from "../objects/mark.ts";
import { rolloutOf } from "../objects/rollout-status.ts";
import { imageOf, type Workload, workloadName } from "../objects/workload.ts";
import { againOnConflict } from "./deploy-steps.ts";
import { imagePatch, markPatch } from "./patch-of.ts";

interface Stopping {
  readonly job: Job;
  readonly notes: StepRun["notes"];
  readonly signal: AbortSignal;
}

/**
 * Stops a rollout that is not complete by putting the image back that was noted before it; our mark makes that happen
 * once, however often it is called. A patch that is still under way comes too late: it names the version before.
 */
export async function stop(cluster: Cluster, stopping: Stopping): Promise<Cancelled> {
  return await againOnConflict(cluster.target, () => stopOnce(cluster, stopping));
}

async function stopOnce(cluster: Cluster, stopping: Stopping): Promise<Cancelled | undefined> {
  const { job, notes, signal } = stopping;
  const { target } = cluster;
  const name = workloadName(target);
  const workload = await currentWorkload(cluster, signal);
  const mark = markOf(workload, target.container);
  const marks = marksOf(job.operationId);
  if (mark === marks.undone) return undone(workload, cluster, notes);
  if (mark !== marks.placed) return await fence(cluster, workload, mark, stopping);
  if (!hasTemplateOf(workload, target.container, job))
    return cancelled(`somebody else has changed the ${name} since: it was left alone`, "yes");
  const rollout = rolloutOf(workload);
  if (rollout.kind === "done") return { kind: "too-late", why: "the rollout is complete" };
  if (workload.kind === "cronjob")
    return { kind: "too-late", why: "a CronJob has no rollout that could be stopped" };
  const { imageBefore } = notes;
  if (imageBefore === undefined)
    return { kind: "too-late", why: "it is not known which image was there before" };
  const { resourceVersion } = workload.metadata;
  const patch = imagePatch(target, { image: imageBefore, mark: marks.undone, resourceVersion });
  const patched = await patchWorkload(cluster, patch, signal);
  return patched === "conflict" ? undefined : undone(workload, cluster, notes);
}

function undone(workload: Workload, { target }: Cluster, notes: StepRun["notes"]): Cancelled {
  const image = safeText(notes.imageBefore ?? imageOf(workload, target.container) ?? "what was there before");
  const isOrdered = workload.kind === "statefulset" && workload.spec.podManagementPolicy !== "Parallel";
  // kubernetes.io, StatefulSets, "Forced rollback".
  const hint = isOrdered ? "; a pod of the new image that does not start must be deleted by hand" : "";
  return cancelled(
    `the rollout was stopped and the ${workloadName(target)} put back to ${image}; some pods may have run the new image meanwhile${hint}`,
    "yes",
  );
}

/** The patch has not come. If one may be under way, the workload gets another version, for which it is not meant. */
async function fence(
  cluster: Cluster,
  workload: Workload,
  mark: string | undefined,
  { job, notes, signal }: Stopping,
): Promise<Cancelled | undefined> {
  const { target } = cluster;
  const nothing = cancelled("it was stopped before anything was changed", "no");
  const { resourceVersion } = workload.metadata;
  const { stopped } = marksOf(job.operationId);
  if (mark === stopped || notes.patchedFrom !== resourceVersion) return nothing;
  const patch = markPatch(target.container, stopped, resourceVersion);
  const patched = await patchWorkload(cluster, patch, signal);
  return patched === "conflict" ? undefined : nothing;
}

function cancelled(outcome: string, changed: "no" | "yes"): Cancelled {
  return { kind: "cancelled", outcome, changed };
}
