import { hasCode, orNothing } from "../../../../errors.ts";
import { type Cluster, podsOf, warningAbout } from "../api/cluster-calls.ts";
import { markKey } from "../objects/mark.ts";
import { findTrouble, type PodTrouble } from "../objects/pod-trouble.ts";
import { isNewest, type Pod } from "../objects/pods.ts";
import { replicaFailureOf } from "../objects/rollout-status.ts";
import type { Workload } from "../objects/workload.ts";

/** Why the newest template does not run, in words of the cluster. */
export interface Why {
  readonly says: string;
  /** It will not go away by waiting a moment. */
  readonly isHard: boolean;
  readonly trouble?: PodTrouble;
}

/** Looks for what keeps the newest pods from being ready; undefined: nothing is wrong that can be seen. */
export async function whyNotReady(
  cluster: Cluster,
  workload: Workload,
  signal: AbortSignal,
): Promise<Why | undefined> {
  const { container } = cluster.target;
  const failure = replicaFailureOf(workload);
  if (failure !== undefined) return { says: failure, isHard: true };
  const pods = await orNothing(podsOf(cluster, workload, signal), (error) =>
    hasCode(error, "target-forbidden"),
  );
  // A rollout can be followed without its pods; only the reason is missing then.
  if (pods === undefined)
    return {
      says: "its pods or ReplicaSets may not be listed, so the reason cannot be told",
      isHard: false,
    };
  const newest = pods.filter((pod) => isNewest(pod, workload, container, markKey(container)));
  const trouble = findTrouble(newest);
  if (trouble?.isHard === true) return { says: `pod ${trouble.pod}: ${trouble.says}`, isHard: true, trouble };
  const blocking = blockingPod(workload, pods, newest);
  if (blocking !== undefined) return blocking;
  // Failing probes, and pods that could not be made, are told in events only.
  const about = trouble?.pod ?? (newest.length === 0 ? workload.metadata.name : undefined);
  const warning = about === undefined ? undefined : await warningAbout(cluster, about, signal);
  if (trouble === undefined) return warning === undefined ? undefined : { says: warning, isHard: false };
  const more = warning === undefined ? "" : ` (${warning})`;
  return { says: `pod ${trouble.pod}: ${trouble.says}${more}`, isHard: false, trouble };
}

/**
 * A StatefulSet with ordered pods waits for a broken pod of the template before, even when the new one would heal it
 * (kubernetes.io, StatefulSets, "Forced rollback"): somebody has to delete that pod.
 */
function blockingPod(workload: Workload, pods: readonly Pod[], newest: readonly Pod[]): Why | undefined {
  if (workload.kind !== "statefulset" || workload.spec.podManagementPolicy === "Parallel") return undefined;
  const trouble = findTrouble(pods.filter((pod) => !newest.includes(pod)));
  if (trouble?.isHard !== true) return undefined;
  const says = `pod ${trouble.pod} still has the template before and does not start, and a StatefulSet waits for it: delete it (kubectl delete pod ${trouble.pod}). ${trouble.says}`;
  return { says, isHard: true, trouble };
}
