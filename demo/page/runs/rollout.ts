import type { Pod, Workload } from "../world.ts";

/** How far a rollout is, in pods that run the image that is wanted. */
export type Rollout = {
  readonly done: number;
  readonly wanted: number;
  readonly look: "good" | "busy" | "bad";
  readonly words: string;
};

/** Reads it from the pods. */
export function rolloutOf({ image, replicas, pods }: Workload): Rollout {
  const current = pods.filter((pod) => pod.image === image);
  const done = current.filter(({ isReady }) => isReady).length;
  const isDone = done === replicas && pods.length === replicas;
  const isBroken = current.some(isStuck);
  const look = isDone ? "good" : isBroken ? "bad" : "busy";
  const words = isDone ? `${done}/${replicas} ready` : `${done}/${replicas} new`;
  return { done, wanted: replicas, look, words };
}

/** Whether a pod says of itself that it cannot start: `ImagePullBackOff`, `CrashLoopBackOff`, … */
export function isStuck({ state }: Pod): boolean {
  return /BackOff|^Err|Error|OOM/.test(state);
}
