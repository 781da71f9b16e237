import { type Cluster, hashOf } from "./cluster.ts";
import { type KubeObject, specOf, templateOf, type WorkloadSpec } from "./objects.ts";
import { podsOf } from "./owned-objects.ts";
import { advancePod, createPod, isReady } from "./sim-pods.ts";

const revisionKey = "controller-revision-hash";

/** One step of the DaemonSet controller: a pod on each node, one node at a time without one that is available. */
export function stepDaemonSet(cluster: Cluster, set: KubeObject): void {
  const spec = specOf(set);
  const hash = hashOf(templateOf(spec));
  const isSeen = Number(set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0);
  if (isSeen) {
    for (const pod of podsOf(cluster, set)) advancePod(cluster, pod);
    change(cluster, set, spec, hash);
  }
  writeStatus(cluster, set, hash);
}

function change(cluster: Cluster, set: KubeObject, spec: WorkloadSpec, hash: string): void {
  const pods = podsOf(cluster, set);
  const isNew = ({ metadata }: KubeObject) => metadata.labels?.[revisionKey] === hash;
  const nodeOf = (pod: KubeObject) => String(pod.spec?.nodeName);
  for (const node of cluster.nodes) {
    if (pods.some((pod) => nodeOf(pod) === node)) continue;
    createPod(cluster, set, templateOf(spec), {
      name: `${set.metadata.name}-${hashOf([set.metadata.uid, node, cluster.store.revision()]).slice(0, 5)}`,
      node,
      labels: { [revisionKey]: hash },
    });
  }
  if (spec.updateStrategy?.type === "OnDelete") return;
  const old = pods.filter((pod) => !isNew(pod));
  const broken = old.find((pod) => !isReady(pod));
  const isWhole = pods.length === cluster.nodes.length && pods.every(isReady);
  const next = broken ?? (isWhole ? old[0] : undefined);
  if (next !== undefined) cluster.store.remove("pod", next.metadata.namespace, next.metadata.name);
}

function writeStatus(cluster: Cluster, set: KubeObject, hash: string): void {
  const pods = podsOf(cluster, set);
  const ready = pods.filter(isReady).length;
  cluster.store.update("daemonset", {
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 1,
      currentNumberScheduled: pods.length,
      desiredNumberScheduled: cluster.nodes.length,
      updatedNumberScheduled: pods.filter(({ metadata }) => metadata.labels?.[revisionKey] === hash).length,
      numberAvailable: ready,
      numberReady: ready,
      numberMisscheduled: 0,
      numberUnavailable: cluster.nodes.length - ready,
    },
  });
}
