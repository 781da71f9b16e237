import type { KubernetesTarget } from "../../../../nouns/target.ts";
import { safeText } from "../../../../outgoing/safe-text.ts";
import type { Job } from "../../../target-port.ts";
import { type RefusedPlan, refused } from "../../check-step.ts";
import { ownDigest, pinned, refuseForeign } from "../../running-image.ts";
import { readContainerImage } from "../objects/container-image.ts";
import { findOwner } from "../objects/ownership.ts";
import { rolloutOf } from "../objects/rollout-status.ts";
import { imageOf, namesOf, templateOf, type Workload, workloadName } from "../objects/workload.ts";

/** Whether a workload may be changed as it is now, and what a change would do. */
export type WorkloadReview =
  | {
      readonly kind: "fit";
      /** As it is written there. */
      readonly imageBefore: string;
      /** Of our repository only. */
      readonly digestBefore: string | undefined;
      readonly lines: readonly string[];
    }
  | RefusedPlan;

// A host, 255 characters of repository, 128 of tag and a digest (distribution/reference); it is noted for a stop.
const longestReference = 1_000;
const gitOpsHelp =
  "Change it where it is described: a target of type github or azure-pipelines can do that, or a retag that the tool follows. `force: true` changes it here all the same.";

/** Reviews a workload that was just read; changes and reads nothing. */
export function reviewWorkload(workload: Workload, target: KubernetesTarget, job: Job): WorkloadReview {
  const name = workloadName(target);
  const { container } = target;
  const imageBefore = imageOf(workload, container);
  if (imageBefore === undefined) return missingContainer(workload, target);
  if (workload.spec.paused === true)
    return refused(`the rollout of the ${name} is paused`, "Resume it first: kubectl rollout resume.");
  const owner = findOwner(workload, container);
  if (owner !== undefined && !target.force)
    return refused(`${owner.name} owns the ${name} (${owner.sign}) and would undo a change`, gitOpsHelp);
  if (imageBefore.length > longestReference)
    return refused(`the ${name} has an image reference that is longer than any`, "Set it right first.");
  const before = readContainerImage(imageBefore);
  const what = `the container ${container} of the ${name}`;
  const foreign = refuseForeign(before, job.image, target.replaces, what);
  if (foreign !== undefined) return foreign;
  const digestBefore = ownDigest(before, job.image);
  const forced = owner === undefined ? [] : [`${owner.name} owns it and may undo this (force is set)`];
  return {
    kind: "fit",
    imageBefore,
    digestBefore,
    lines: [...linesOf(workload, target, job, imageBefore), ...forced],
  };
}

function missingContainer(workload: Workload, target: KubernetesTarget): RefusedPlan {
  const { containers, initContainers } = templateOf(workload).spec;
  const why = `the ${workloadName(target)} has no container ${target.container}`;
  const isInit = initContainers?.some(({ name }) => name === target.container) === true;
  const help = isInit
    ? `${target.container} is one of its init containers, which are not deployed to. Its containers: ${namesOf(containers)}.`
    : `Set the target's \`container\` to one of: ${namesOf(containers)}.`;
  return refused(why, help);
}

function linesOf(
  workload: Workload,
  target: KubernetesTarget,
  job: Job,
  imageBefore: string,
): readonly string[] {
  const image = pinned(job.image);
  const rollout = rolloutOf(workload);
  return [
    `${workloadName(target)}, container ${target.container}`,
    imageBefore === image
      ? `stays at ${image}; its pods are made anew`
      : `${safeText(imageBefore)} becomes ${image}`,
    rollout.kind === "by-hand" ? rollout.says : howItRolls(workload),
  ];
}

function howItRolls({ kind, spec, status }: Workload): string {
  if (kind === "daemonset")
    return `a rolling update of ${status?.desiredNumberScheduled ?? 0} pods, one for each node`;
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const kept =
    kind === "statefulset" && partition > 0 ? `, those below ${partition} kept by the partition` : "";
  return `a rolling update of ${spec.replicas ?? 1} pods${kept}`;
}
