import type { KubernetesTarget } from "../../nouns/target.ts";
import type { IdentityDeps } from "../target-deps.ts";
import type { TargetPort } from "../target-port.ts";
import type { OpenCluster } from "./kubernetes/access/access.ts";
import { createOpenCluster } from "./kubernetes/access/open-cluster.ts";
import { createKubernetesApi } from "./kubernetes/api/api.ts";
import type { Cluster } from "./kubernetes/api/cluster-calls.ts";
import { checkWorkloadStep, patchStep, plan } from "./kubernetes/change/deploy-steps.ts";
import { stop } from "./kubernetes/change/stop.ts";
import { rolloutStep } from "./kubernetes/rollout/follow.ts";
import { observe } from "./kubernetes/rollout/observe.ts";

/**
 * Sets the image of one container of a Deployment, StatefulSet, DaemonSet or CronJob, by digest, and waits for the
 * rollout. Nothing is read or sent before the first call.
 *
 * 1. read the workload, check it, try the patch without making it  2. write down what ran before
 * 3. patch the version that was checked  4. read workload and pods until the rollout is complete
 */
export function createKubernetesTarget(
  target: KubernetesTarget,
  deps: IdentityDeps,
  open: OpenCluster = createOpenCluster(target.cluster, deps),
): TargetPort {
  const cluster: Cluster = { target, api: createKubernetesApi({ open, now: deps.now }) };
  return {
    type: "kubernetes",
    plan: (job, signal) => plan(cluster, job, signal),
    steps: (job) => [checkWorkloadStep(cluster, job), patchStep(cluster, job), rolloutStep(cluster, job)],
    observe: (image, signal) => observe(cluster, image, signal),
    cancel: (job, notes, signal) => stop(cluster, { job, notes, signal }),
  };
}
