import type { Cluster } from "./cluster.ts";
import { type KubeObject, specOf, type WorkloadKind } from "./objects.ts";
import { podsOf } from "./owned-objects.ts";
import { containersOf, isReady, stateOf } from "./sim-pods.ts";
import { type Change, imagesOf } from "./write-object.ts";

export interface PodSnapshot {
  readonly name: string;
  readonly images: Readonly<Record<string, string>>;
  /** Running, ImagePullBackOff, CrashLoopBackOff, … */
  readonly state: string;
  readonly isReady: boolean;
}

export interface WorkloadSnapshot {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
  readonly images: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly pods: readonly PodSnapshot[];
  /** Whether all pods run the newest template. */
  readonly isSettled: boolean;
  /** How often its spec was really changed through the API. */
  readonly changes: number;
}

export interface KubernetesSnapshot {
  readonly workloads: readonly WorkloadSnapshot[];
  /** Newest last. */
  readonly warnings: readonly { readonly about: string; readonly reason: string; readonly message: string }[];
}

const workloadKinds: readonly WorkloadKind[] = ["deployment", "statefulset", "daemonset", "cronjob"];

/** The cluster as people see it. */
export function takeSnapshot({ store }: Cluster, changes: readonly Change[]): KubernetesSnapshot {
  return {
    workloads: workloadKinds.flatMap((kind) =>
      store.list(kind).map((object) => workloadSnapshot(kind, object, podsOf({ store }, object), changes)),
    ),
    warnings: store.list("event").map(({ involvedObject, reason, message }) => ({
      about: nameIn(involvedObject),
      reason: String(reason),
      message: String(message),
    })),
  };
}

function workloadSnapshot(
  kind: WorkloadKind,
  object: KubeObject,
  pods: readonly KubeObject[],
  changes: readonly Change[],
): WorkloadSnapshot {
  const { namespace, name, generation = 1, annotations = {} } = object.metadata;
  const images = imagesOf(specOf(object));
  const isNew = (pod: KubeObject) => containersOf(pod.spec).every((one) => images[one.name] === one.image);
  const isSeen = Number(object.status?.observedGeneration ?? generation) >= generation;
  return {
    kind,
    namespace,
    name,
    generation,
    images,
    annotations,
    pods: pods.map((pod) => ({
      name: pod.metadata.name,
      images: Object.fromEntries(containersOf(pod.spec).map((one) => [one.name, one.image])),
      state: stateOf(pod),
      isReady: isReady(pod),
    })),
    isSettled: isSeen && pods.every((pod) => isReady(pod) && isNew(pod)),
    changes: changes.filter((one) => one.kind === kind && one.namespace === namespace && one.name === name)
      .length,
  };
}

function nameIn(value: unknown): string {
  return typeof value === "object" && value !== null && "name" in value ? String(value.name) : "";
}
