import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";
import type { Cluster } from "./cluster.ts";
import { timestamp } from "./object-store.ts";
import type { KubeObject, OwnerReference, PodTemplate } from "./objects.ts";

/** Makes a pod of a template; it gets its containers by `advancePod`. */
export function createPod(
  cluster: Cluster,
  owner: KubeObject,
  template: PodTemplate,
  pod: { readonly name: string; readonly node: string; readonly labels: Readonly<Record<string, string>> },
): KubeObject {
  const reference: OwnerReference = {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
  };
  return cluster.store.create("pod", {
    metadata: {
      name: pod.name,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, ...pod.labels },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [reference],
    },
    spec: { ...template.spec, nodeName: pod.node },
    status: {
      phase: "Pending",
      conditions: [],
      containerStatuses: containersOf(template.spec).map(creating),
    },
  });
}

/** Takes a pod one step on: pulled or not, running, ready, crashed again. */
export function advancePod(cluster: Cluster, pod: KubeObject): void {
  const containers = containersOf(pod.spec);
  const before = statusesOf(pod);
  if (containers.some(({ image }) => cluster.behaviourOf(image) === "unschedulable")) {
    unschedulable(cluster, pod);
    return;
  }
  const statuses = containers.map((container, at) => advanceContainer(cluster, pod, container, before[at]));
  const isReady = statuses.every(({ ready }) => ready === true);
  const at = timestamp(cluster.now());
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? "True" : "False",
    ...(holds ? {} : { reason: "ContainersNotReady", message: "containers with unready status" }),
  });
  cluster.store.update("pod", {
    ...pod,
    status: {
      ...pod.status,
      phase: statuses.some(hasRun) ? "Running" : "Pending",
      conditions: [
        { type: "PodScheduled", status: "True" },
        condition("ContainersReady", isReady),
        condition("Ready", isReady),
      ],
      podIP: "10.0.0.9",
      startTime: pod.status?.startTime ?? at,
      containerStatuses: statuses,
    },
  });
}

/** Whether all of a pod's containers are ready. */
export function isReady(pod: KubeObject): boolean {
  const { conditions } = pod.status ?? {};
  return (
    Array.isArray(conditions) &&
    conditions.some((one) => isObject(one) && one.type === "Ready" && one.status === "True")
  );
}

/** What `kubectl get pods` shows of a pod: Running, ImagePullBackOff, … */
export function stateOf(pod: KubeObject): string {
  for (const { state } of statusesOf(pod)) {
    const waiting = isObject(state) ? state.waiting : undefined;
    if (isObject(waiting) && typeof waiting.reason === "string") return waiting.reason;
  }
  return typeof pod.status?.phase === "string" ? pod.status.phase : "Pending";
}

/** Names and images of a pod's containers. */
export function containersOf(spec: unknown): readonly { readonly name: string; readonly image: string }[] {
  const containers = isObject(spec) && Array.isArray(spec.containers) ? spec.containers.filter(isObject) : [];
  return containers.map(({ name, image }) => ({ name: String(name), image: String(image) }));
}

/** The containers' states as the pod tells them. */
export function statusesOf(pod: KubeObject): readonly JsonObject[] {
  const list = pod.status?.containerStatuses;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

type Container = ReturnType<typeof containersOf>[number];

function creating({ name, image }: Container): JsonObject {
  const state = { waiting: { reason: "ContainerCreating" } };
  return { name, image, imageID: "", ready: false, started: false, restartCount: 0, lastState: {}, state };
}

function advanceContainer(
  cluster: Cluster,
  pod: KubeObject,
  container: Container,
  before: JsonObject = creating(container),
): JsonObject {
  const { image } = container;
  const isRunning = isObject(before.state) && "running" in before.state;
  if (!isRunning && !hasRun(before) && !cluster.pull(image)) return notPulled(cluster, pod, before, image);
  const base = { ...before, imageID: imageIdOf(image) };
  const behaviour = cluster.behaviourOf(image);
  switch (behaviour) {
    case "crashes":
    case "out-of-memory":
      return crashed(cluster, pod, base, container, behaviour === "out-of-memory");
    case "never-ready":
      cluster.warn(pod, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");
      return { ...base, ready: false, started: true, state: running(cluster, before) };
    case "runs":
    case "unschedulable":
      return { ...base, ready: true, started: true, state: running(cluster, before) };
    default:
      return behaviour satisfies never;
  }
}

function running(cluster: Cluster, before: JsonObject): JsonObject {
  const state = isObject(before.state) ? before.state : {};
  return "running" in state ? state : { running: { startedAt: timestamp(cluster.now()) } };
}

function notPulled(cluster: Cluster, pod: KubeObject, before: JsonObject, image: string): JsonObject {
  const waiting = isObject(before.state) && isObject(before.state.waiting) ? before.state.waiting.reason : "";
  const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  if (waiting === "ContainerCreating") {
    cluster.warn(pod, "Failed", `Failed to pull image "${image}": rpc error: code = NotFound desc = ${why}`);
    const message = `rpc error: code = NotFound desc = ${why}`;
    return { ...before, state: { waiting: { reason: "ErrImagePull", message } } };
  }
  cluster.warn(pod, "Failed", "Error: ImagePullBackOff");
  const message = `Back-off pulling image "${image}": ErrImagePull: ${why}`;
  return { ...before, state: { waiting: { reason: "ImagePullBackOff", message } } };
}

/** Runs a step, then waits ever again; each step is one more restart. */
function crashed(
  cluster: Cluster,
  pod: KubeObject,
  before: JsonObject,
  { name }: Container,
  isOutOfMemory: boolean,
): JsonObject {
  if (!hasRun(before) && !(isObject(before.state) && "running" in before.state))
    return { ...before, ready: false, started: true, state: running(cluster, before) };
  const terminated = isOutOfMemory
    ? { exitCode: 137, reason: "OOMKilled" }
    : { exitCode: 1, reason: "Error" };
  const message = `back-off 10s restarting failed container=${name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
  cluster.warn(pod, "BackOff", message);
  return {
    ...before,
    ready: false,
    started: false,
    restartCount: Number(before.restartCount) + 1,
    lastState: { terminated: { ...terminated, finishedAt: timestamp(cluster.now()) } },
    state: { waiting: { reason: "CrashLoopBackOff", message } },
  };
}

function hasRun(status: JsonObject): boolean {
  const isRunning = isObject(status.state) && "running" in status.state;
  return isRunning || (isObject(status.lastState) && "terminated" in status.lastState);
}

function unschedulable(cluster: Cluster, pod: KubeObject): void {
  const message = `0/${cluster.nodes.length} nodes are available: ${cluster.nodes.length} Insufficient memory.`;
  cluster.warn(pod, "FailedScheduling", message);
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  cluster.store.update("pod", { ...pod, status: { phase: "Pending", conditions: [condition] } });
}

// The runtime reports what it pulled by digest, whatever the reference.
function imageIdOf(image: string): string {
  return image.includes("@") ? image : `${image.replace(/:[^/:]*$/, "")}@sha256:${"0".repeat(64)}`;
}
