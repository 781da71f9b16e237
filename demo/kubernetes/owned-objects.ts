import type { Cluster } from "./cluster.ts";
import type { KubeObject, ObjectKind } from "./objects.ts";

/** The objects of a kind that one of these owns; all of them are in one namespace. */
export function ownedBy(
  { store }: Pick<Cluster, "store">,
  kind: ObjectKind,
  ...owners: readonly KubeObject[]
): readonly KubeObject[] {
  const uids = owners.map(({ metadata }) => metadata.uid);
  return store
    .list(kind, owners[0]?.metadata.namespace)
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uids.includes(uid)));
}

/** The pods of a workload, those of its ReplicaSets among them. */
export function podsOf(cluster: Pick<Cluster, "store">, workload: KubeObject): readonly KubeObject[] {
  return ownedBy(cluster, "pod", workload, ...ownedBy(cluster, "replicaset", workload));
}
