import { shop } from "../shop-cluster.ts";
import type { World } from "../world.ts";

/** What an environment runs: a tag that others follow, or a workload with its pods. */
export type Runs =
  | { readonly target: string; readonly kind: "tag"; readonly tag: string }
  | {
      readonly target: string;
      readonly kind: "workload";
      /** `deployment/checkout` */
      readonly workload: string;
      /** The image that it is told to run. */
      readonly image: string;
      /** How many pods it shall have. */
      readonly replicas: number;
      readonly pods: readonly PodRun[];
    };

interface PodRun {
  readonly name: string;
  readonly image: string;
  /** Running, ImagePullBackOff, CrashLoopBackOff, … */
  readonly state: string;
  readonly isReady: boolean;
}

/** What each target of the demo runs now. */
export function whatRuns({ kubernetes }: Pick<World, "kubernetes">): readonly Runs[] {
  const staging = { target: "staging", kind: "tag", tag: "staging" } as const;
  if (kubernetes === undefined) return [staging];
  const { kind, namespace, name, container, replicas } = shop;
  const { images, pods } = kubernetes.workload({ kind, namespace, name });
  return [
    staging,
    {
      target: "production",
      kind: "workload",
      workload: `${kind}/${name}`,
      image: images[container] ?? "",
      replicas,
      pods: pods.map((pod) => ({
        name: pod.name,
        image: pod.images[container] ?? "",
        state: pod.state,
        isReady: pod.isReady,
      })),
    },
  ];
}
