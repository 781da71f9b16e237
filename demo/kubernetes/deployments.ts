import { type Cluster, hashOf } from "./cluster.ts";
import { timestamp } from "./object-store.ts";
import { type KubeObject, specOf, templateOf, type WorkloadSpec } from "./objects.ts";
import { ownedBy, podsOf } from "./owned-objects.ts";
import { advancePod, createPod, isReady } from "./sim-pods.ts";

const revisionKey = "deployment.kubernetes.io/revision";
const hashKey = "pod-template-hash";

/** One step of the Deployment controller: takes a new template up, or makes and ends pods, or gives up. */
export function stepDeployment(cluster: Cluster, deployment: KubeObject): void {
  const spec = specOf(deployment);
  const template = templateOf(spec);
  const hash = hashOf(template);
  const isSeen = Number(deployment.status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
  if (spec.paused === true || !isSeen || replicaSetOf(cluster, deployment, hash) === undefined) {
    if (spec.paused !== true) ensureReplicaSet(cluster, deployment, spec, hash);
    writeStatus(cluster, latest(cluster, deployment), hash);
    return;
  }
  for (const pod of podsOf(cluster, deployment)) advancePod(cluster, pod);
  roll(cluster, deployment, spec, hash);
  writeStatus(cluster, latest(cluster, deployment), hash);
}

function latest({ store }: Cluster, { metadata }: KubeObject): KubeObject {
  const found = store.find("deployment", metadata.namespace, metadata.name);
  if (found === undefined) throw new Error(`the deployment ${metadata.name} is gone`);
  return found;
}

function replicaSetOf(cluster: Cluster, owner: KubeObject, hash: string): KubeObject | undefined {
  return ownedBy(cluster, "replicaset", owner).find(({ metadata }) => metadata.labels?.[hashKey] === hash);
}

function ensureReplicaSet(cluster: Cluster, deployment: KubeObject, spec: WorkloadSpec, hash: string): void {
  const { store } = cluster;
  const { name, namespace, uid } = deployment.metadata;
  const known = ownedBy(cluster, "replicaset", deployment);
  const revisions = known.map(({ metadata }) => Number(metadata.annotations?.[revisionKey] ?? 0));
  const existing = replicaSetOf(cluster, deployment, hash);
  const newest = Math.max(0, ...revisions);
  const isCurrent = existing?.metadata.annotations?.[revisionKey] === String(newest);
  const revision = String(isCurrent ? newest : newest + 1);
  const annotations = { ...deployment.metadata.annotations, [revisionKey]: revision };
  if (existing === undefined) {
    store.create("replicaset", {
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels: { ...spec.template?.metadata?.labels, [hashKey]: hash },
        annotations,
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true }],
      },
      spec: { replicas: 0, selector: spec.selector, template: spec.template },
      status: { replicas: 0 },
    });
  } else store.update("replicaset", { ...existing, metadata: { ...existing.metadata, annotations } });
  const own = { ...deployment.metadata.annotations, [revisionKey]: revision };
  store.update("deployment", { ...deployment, metadata: { ...deployment.metadata, annotations: own } });
}

/** Rolls as far as the default strategy lets it: 25 % more pods, 25 % fewer available ones, at a time. */
function roll(cluster: Cluster, deployment: KubeObject, spec: WorkloadSpec, hash: string): void {
  const wanted = spec.replicas ?? 1;
  const surge = Math.ceil(wanted / 4);
  const least = wanted - Math.floor(wanted / 4);
  const set = replicaSetOf(cluster, deployment, hash);
  if (set === undefined) return;
  const isNew = ({ metadata }: KubeObject) => metadata.labels?.[hashKey] === hash;
  const pods = [...podsOf(cluster, deployment)];
  const end = ({ metadata }: KubeObject) => cluster.store.remove("pod", metadata.namespace, metadata.name);
  const old = pods.filter((pod) => !isNew(pod));
  const broken = old.filter((pod) => !isReady(pod));
  for (const pod of broken) end(pod);
  const spare = pods.filter(isReady).length - least;
  const ended = old.filter(isReady).slice(0, Math.max(spare, 0));
  for (const pod of ended) end(pod);
  const current = pods.filter(isNew);
  for (const pod of current.slice(wanted)) end(pod);
  const room = wanted + surge - (pods.length - broken.length - ended.length);
  const missing = Math.min(wanted - current.length, room);
  for (let made = 0; made < missing; made += 1) {
    const suffix = hashOf([set.metadata.uid, cluster.store.revision()]).slice(0, 5);
    createPod(cluster, set, templateOf(spec), {
      name: `${set.metadata.name}-${suffix}`,
      node: cluster.nodes[(current.length + made) % cluster.nodes.length] ?? "node-0",
      labels: { [hashKey]: hash },
    });
  }
}

function writeStatus(cluster: Cluster, deployment: KubeObject, hash: string): void {
  const spec = specOf(deployment);
  const wanted = spec.replicas ?? 1;
  const pods = podsOf(cluster, deployment);
  const updated = pods.filter(({ metadata }) => metadata.labels?.[hashKey] === hash);
  const ready = pods.filter(isReady).length;
  const isComplete = updated.length === wanted && pods.length === wanted && updated.every(isReady);
  const counts = {
    replicas: pods.length,
    updatedReplicas: updated.length,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(wanted - ready, 0),
  };
  const conditions = conditionsOf(cluster, deployment, { isComplete, counts, spec, hash });
  const observedGeneration = deployment.metadata.generation ?? 1;
  cluster.store.update("deployment", {
    ...deployment,
    status: { observedGeneration, ...counts, conditions },
  });
  for (const set of ownedBy(cluster, "replicaset", deployment))
    writeReplicaSet(cluster, set, spec, hash, pods);
}

function writeReplicaSet(
  cluster: Cluster,
  set: KubeObject,
  spec: WorkloadSpec,
  hash: string,
  pods: readonly KubeObject[],
): void {
  const own = pods.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid),
  );
  const isNewest = set.metadata.labels?.[hashKey] === hash;
  const replicas = isNewest ? (spec.replicas ?? 1) : own.length;
  const status = { replicas: own.length, readyReplicas: own.filter(isReady).length };
  cluster.store.update("replicaset", { ...set, spec: { ...set.spec, replicas }, status });
}

/** Available, and Progressing with its deadline: it counts from the last change of any count. */
function conditionsOf(
  cluster: Cluster,
  deployment: KubeObject,
  found: {
    readonly isComplete: boolean;
    readonly counts: Readonly<Record<string, number>>;
    readonly spec: WorkloadSpec;
    readonly hash: string;
  },
) {
  const { isComplete, counts, spec, hash } = found;
  const sign = hashOf([hash, counts]);
  const known = cluster.progress.get(deployment.metadata.uid);
  const atMs = known?.sign === sign ? known.atMs : cluster.now();
  cluster.progress.set(deployment.metadata.uid, { sign, atMs });
  const deadlineMs = (spec.progressDeadlineSeconds ?? 600) * 1_000;
  const isLate = !isComplete && spec.paused !== true && cluster.now() - atMs > deadlineMs;
  const name = `ReplicaSet "${deployment.metadata.name}-${hash}"`;
  const [status, reason, message] = isComplete
    ? ["True", "NewReplicaSetAvailable", `${name} has successfully progressed.`]
    : isLate
      ? ["False", "ProgressDeadlineExceeded", `${name} has timed out progressing.`]
      : ["True", "ReplicaSetUpdated", `${name} is progressing.`];
  const least = (spec.replicas ?? 1) - Math.floor((spec.replicas ?? 1) / 4);
  const isAvailable = (counts.availableReplicas ?? 0) >= least;
  return [
    {
      type: "Available",
      status: isAvailable ? "True" : "False",
      reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
    },
    { type: "Progressing", status, reason, message, lastUpdateTime: timestamp(atMs) },
  ];
}
