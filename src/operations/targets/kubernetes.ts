import type { KubernetesTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { TargetPort } from "../target-port.ts";
import type { OpenCluster } from "./kubernetes/access.ts";
import { createKubernetesApi } from "./kubernetes/api.ts";
import type { Cluster } from "./kubernetes/cluster-calls.ts";
import { checkWorkloadStep, patchStep, plan } from "./kubernetes/deploy-steps.ts";
import { followStep } from "./kubernetes/follow.ts";
import { observe } from "./kubernetes/observe.ts";
import { createOpenCluster } from "./kubernetes/open-cluster.ts";
import { stop } from "./kubernetes/stop.ts";

/**
 * Sets the image of one container of a Deployment, StatefulSet, DaemonSet or CronJob, by digest, and waits for the
 * rollout. Nothing is read or sent before the first call.
 *
 * 1. read the workload, check it, try the patch without making it  2. write down what ran before
 * 3. patch the version that was checked  4. read workload and pods until the rollout is complete
 */
export function createKubernetesTarget(
  target: KubernetesTarget,
  deps: Pick<TargetDeps, "azure" | "credentials" | "now">,
  open: OpenCluster = createOpenCluster(target.cluster, deps),
): TargetPort {
  const cluster: Cluster = { target, api: createKubernetesApi({ open, now: deps.now }) };
  return {
    type: "kubernetes",
    plan: (job, signal) => plan(cluster, job, signal),
    steps: (job) => [checkWorkloadStep(cluster, job), patchStep(cluster, job), followStep(cluster, job)],
    observe: (image, signal) => observe(cluster, image, signal),
    cancel: (job, notes, signal) => stop(cluster, job, notes, signal),
  };
}
