import { type Cluster, hashOf } from "./cluster.ts";
import { type KubeObject, type PodTemplate, specOf, templateOf, type WorkloadSpec } from "./objects.ts";
import { podsOf } from "./owned-objects.ts";
import { advancePod, createPod, isReady } from "./sim-pods.ts";

const revisionKey = "controller-revision-hash";

/** Templates of earlier revisions, as ControllerRevision objects keep them. */
export type Revisions = Map<string, PodTemplate>;

/** One step of the StatefulSet controller: pods in order, replaced from the last to the partition, one at a time. */
export function stepStatefulSet(cluster: Cluster, set: KubeObject, revisions: Revisions): void {
  const spec = specOf(set);
  const template = templateOf(spec);
  const update = `${set.metadata.name}-${hashOf(template)}`;
  revisions.set(update, template);
  const current = typeof set.status?.currentRevision === "string" ? set.status.currentRevision : update;
  const isSeen = Number(set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0);
  if (isSeen) {
    for (const pod of podsOf(cluster, set)) advancePod(cluster, pod);
    change(cluster, set, spec, { update, current, revisions });
  }
  writeStatus(cluster, set, spec, { update, current });
}

interface Sides {
  readonly update: string;
  readonly current: string;
  readonly revisions: Revisions;
}

function change(cluster: Cluster, set: KubeObject, spec: WorkloadSpec, sides: Sides): void {
  const wanted = spec.replicas ?? 1;
  const isOrdered = spec.podManagementPolicy !== "Parallel";
  const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  const find = (ordinal: number) =>
    cluster.store.find("pod", set.metadata.namespace, `${set.metadata.name}-${ordinal}`);
  for (let ordinal = 0; ordinal < wanted; ordinal += 1) {
    const pod = find(ordinal);
    if (pod === undefined) {
      const isUpdated = ordinal >= partition || spec.updateStrategy?.type === "OnDelete";
      make(cluster, set, ordinal, isUpdated ? sides.update : sides.current, sides.revisions);
    }
    // With OrderedReady nothing goes on past a pod that is not ready, not even to heal it.
    if (isOrdered && (pod === undefined || !isReady(pod))) return;
  }
  if (spec.updateStrategy?.type === "OnDelete") return;
  for (let ordinal = wanted - 1; ordinal >= partition; ordinal -= 1) {
    const pod = find(ordinal);
    if (pod !== undefined && pod.metadata.labels?.[revisionKey] !== sides.update) {
      cluster.store.remove("pod", pod.metadata.namespace, pod.metadata.name);
      return;
    }
    if (pod === undefined || !isReady(pod)) return;
  }
}

function make(
  cluster: Cluster,
  set: KubeObject,
  ordinal: number,
  revision: string,
  revisions: Revisions,
): void {
  const template = revisions.get(revision) ?? templateOf(specOf(set));
  createPod(cluster, set, template, {
    name: `${set.metadata.name}-${ordinal}`,
    node: cluster.nodes[ordinal % cluster.nodes.length] ?? "node-0",
    labels: {
      [revisionKey]: revision,
      "statefulset.kubernetes.io/pod-name": `${set.metadata.name}-${ordinal}`,
    },
  });
}

function writeStatus(
  cluster: Cluster,
  set: KubeObject,
  spec: WorkloadSpec,
  { update, current }: Omit<Sides, "revisions">,
): void {
  const pods = podsOf(cluster, set);
  const at = (revision: string) =>
    pods.filter(({ metadata }) => metadata.labels?.[revisionKey] === revision).length;
  const ready = pods.filter(isReady).length;
  const wanted = spec.replicas ?? 1;
  const isComplete = at(update) === wanted && ready === wanted;
  cluster.store.update("statefulset", {
    ...set,
    status: {
      observedGeneration: set.metadata.generation ?? 1,
      replicas: pods.length,
      readyReplicas: ready,
      availableReplicas: ready,
      currentRevision: isComplete ? update : current,
      updateRevision: update,
      currentReplicas: isComplete ? wanted : at(current),
      updatedReplicas: at(update),
      collisionCount: 0,
    },
  });
}
