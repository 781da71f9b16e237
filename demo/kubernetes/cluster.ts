import { createHash } from "node:crypto";
import { createObjectStore, type ObjectStore, timestamp } from "./object-store.ts";
import type { KubeObject } from "./objects.ts";
import type { Behaviour, KubernetesWorldOptions } from "./options.ts";

/** What controllers and API work on. */
export interface Cluster {
  readonly store: ObjectStore;
  /** The cluster's own clock: the world's, and what `advance` has added. */
  readonly now: () => number;
  readonly pass: (ms: number) => void;
  readonly nodes: readonly string[];
  readonly behaviourOf: (image: string) => Behaviour;
  readonly logOf: (image: string) => string;
  /** Pulls an image to the nodes; one that is there already is not pulled again. */
  readonly pull: (image: string) => boolean;
  /** Puts images on the nodes, as if they had run there before. */
  readonly cache: (image: string) => void;
  /** When a rollout last came further, by the uid of its Deployment. */
  readonly progress: Map<string, Progress>;
  /** Writes a warning about an object; one that repeats counts up. */
  readonly warn: (about: KubeObject, reason: string, message: string) => void;
}

/** `sign` is another one whenever a rollout has come further. */
export interface Progress {
  readonly sign: string;
  readonly atMs: number;
}

/** An empty cluster. */
export function createCluster(options: KubernetesWorldOptions): Cluster {
  const { now = Date.now, canPull = () => true } = options;
  let passedMs = 0;
  const clock = () => now() + passedMs;
  const store = createObjectStore(clock);
  const cached = new Set<string>();
  return {
    store,
    now: clock,
    pass(ms) {
      passedMs += ms;
    },
    nodes: options.nodes ?? ["node-0", "node-1", "node-2"],
    behaviourOf: options.behaviourOf ?? (() => "runs"),
    logOf: options.logOf ?? (() => ""),
    pull(image) {
      if (!cached.has(image) && !canPull(image)) return false;
      cached.add(image);
      return true;
    },
    cache: (image) => {
      cached.add(image);
    },
    progress: new Map(),
    warn: (about, reason, message) => warn(store, clock, about, reason, message),
  };
}

/** A short name for the content of anything, as Kubernetes has for pod templates. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 10);
}

function warn(
  store: ObjectStore,
  now: () => number,
  about: KubeObject,
  reason: string,
  message: string,
): void {
  const { namespace } = about.metadata;
  const name = `${about.metadata.name}.${hashOf([about.metadata.uid, reason, message])}`;
  const known = store.find("event", namespace, name);
  const count = typeof known?.count === "number" ? known.count + 1 : 1;
  const lastTimestamp = timestamp(now());
  if (known !== undefined) {
    store.update("event", { ...known, count, lastTimestamp });
    return;
  }
  store.create("event", {
    metadata: { name, namespace },
    involvedObject: {
      kind: about.kind,
      namespace,
      name: about.metadata.name,
      uid: about.metadata.uid,
      apiVersion: about.apiVersion,
    },
    reason,
    message,
    type: "Warning",
    count,
    firstTimestamp: lastTimestamp,
    lastTimestamp,
    source: { component: "kubelet" },
  });
}
