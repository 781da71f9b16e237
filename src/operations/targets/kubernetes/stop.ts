import { safeText } from "../../../outgoing/safe-text.ts";
import type { Cancelled, Job } from "../../target-port.ts";
import { conflict, hasTemplateOf, markOf, mostConflicts, type Parts } from "./deploy-steps.ts";
import { marksOf } from "./mark.ts";
import { imagePatch, markPatch } from "./patch-of.ts";
import { rolloutOf } from "./rollout-status.ts";
import { imageOf, type Workload, workloadName, workloadPath } from "./workload.ts";

type Notes = Readonly<Record<string, string>>;
type Turn = Cancelled | { readonly kind: "again" };

/**
 * Stops a rollout that is not complete by putting the image back that was noted before it; our mark makes that happen
 * once, however often it is called. A patch that is still under way comes too late: it names the version before.
 */
export async function stop(parts: Parts, job: Job, notes: Notes, signal: AbortSignal): Promise<Cancelled> {
  for (let turn = 0; turn < mostConflicts; turn += 1) {
    const ended = await stopOnce(parts, job, notes, signal);
    if (ended.kind !== "again") return ended;
  }
  throw conflict(parts.target);
}

async function stopOnce(parts: Parts, job: Job, notes: Notes, signal: AbortSignal): Promise<Turn> {
  const { target, reads } = parts;
  const name = workloadName(target);
  const workload = await reads.workload(signal);
  const mark = markOf(workload, target.container);
  const marks = marksOf(job.operationId);
  if (mark === marks.undone) return undone(workload, parts, notes);
  if (mark !== marks.placed) return await fence(parts, workload, mark, job, notes, signal);
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
  const patched = await parts.api.patch(workloadPath(target), patch, {}, reads.patching, signal);
  return patched.kind === "conflict" ? { kind: "again" } : undone(workload, parts, notes);
}

function undone(workload: Workload, { target }: Parts, notes: Notes): Cancelled {
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
  { target, api, reads }: Parts,
  workload: Workload,
  mark: string | undefined,
  job: Job,
  notes: Notes,
  signal: AbortSignal,
): Promise<Turn> {
  const nothing = cancelled("it was stopped before anything was changed", "no");
  const { resourceVersion } = workload.metadata;
  const { stopped } = marksOf(job.operationId);
  if (mark === stopped || notes.patchedFrom !== resourceVersion) return nothing;
  const patch = markPatch(target.container, stopped, resourceVersion);
  const patched = await api.patch(workloadPath(target), patch, {}, reads.patching, signal);
  return patched.kind === "conflict" ? { kind: "again" } : nothing;
}

function cancelled(outcome: string, changed: "no" | "yes"): Cancelled {
  return { kind: "cancelled", outcome, changed };
}
