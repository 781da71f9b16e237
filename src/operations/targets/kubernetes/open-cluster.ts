import type { KubernetesCluster } from "../../../nouns/target.ts";
import { once } from "../../../registry/lazy-planes.ts";
import type { TargetDeps } from "../../target-deps.ts";
import type { OpenCluster } from "./access.ts";
import { createAksAccess } from "./aks-access.ts";
import { createInClusterAccess } from "./in-cluster-access.ts";
import { createKubeconfigAccess } from "./kubeconfig-access.ts";

/** How the configured cluster is reached; nothing is read or sent before the first use. */
export function createOpenCluster(
  cluster: KubernetesCluster,
  deps: Pick<TargetDeps, "azure" | "credentials" | "now">,
): OpenCluster {
  switch (cluster.kind) {
    case "aks": {
      const { resourceId, credential: credentialName } = cluster;
      const credential = deps.credentials.get(credentialName);
      const { azure, now } = deps;
      // The SDK behind ARM is large: it is loaded when a cluster is first asked for.
      const arm = once(async () => {
        const { createArmCaller } = await import("../../../azure/arm-caller.ts");
        return createArmCaller({ azure, credential, credentialName, now });
      });
      return createAksAccess({ resourceId, credentialName, credential, arm, now });
    }
    case "kubeconfig":
      return createKubeconfigAccess(cluster);
    case "in-cluster":
      return createInClusterAccess();
    default:
      return cluster satisfies never;
  }
}
