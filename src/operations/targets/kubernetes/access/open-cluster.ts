import type { KubernetesCluster } from "../../../../nouns/target.ts";
import type { IdentityDeps } from "../../../target-deps.ts";
import { lazyArm } from "../../arm-context.ts";
import type { OpenCluster } from "./access.ts";
import { createAksAccess } from "./aks-access.ts";
import { createInClusterAccess } from "./in-cluster-access.ts";
import { createKubeconfigAccess } from "./kubeconfig-access.ts";

/** How the configured cluster is reached; nothing is read or sent before the first use. */
export function createOpenCluster(cluster: KubernetesCluster, deps: IdentityDeps): OpenCluster {
  switch (cluster.kind) {
    case "aks": {
      const { resourceId, credential: credentialName } = cluster;
      const credential = deps.credentials.get(credentialName);
      const arm = lazyArm(deps, credentialName);
      return createAksAccess({ resourceId, credentialName, credential, arm, now: deps.now });
    }
    case "kubeconfig":
      return createKubeconfigAccess(cluster);
    case "in-cluster":
      return createInClusterAccess();
    default:
      return cluster satisfies never;
  }
}
