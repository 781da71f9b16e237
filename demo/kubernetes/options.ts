import type { WorkloadKind } from "./objects.ts";

/** A workload that is there from the start, its pods running. */
export interface WorkloadOptions {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  /** Pods; a DaemonSet has one for each node. */
  readonly replicas?: number;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
  readonly labels?: Readonly<Record<string, string>>;
  /** What its pods are labelled with and selected by; `app: <name>` by default. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The field manager that made it; `kubectl-create` by default. */
  readonly manager?: string;
  readonly updateStrategy?: "RollingUpdate" | "OnDelete";
  readonly partition?: number;
  readonly podManagementPolicy?: "OrderedReady" | "Parallel";
  /** 600 by default, as in Kubernetes. */
  readonly progressDeadlineSeconds?: number;
  readonly paused?: boolean;
  /** Another object that owns it: `Shop/checkout`. */
  readonly controller?: string;
}

/** What the containers of an image do once it is pulled. */
export type Behaviour = "runs" | "crashes" | "out-of-memory" | "never-ready" | "unschedulable";

/** One rule of a Role; `*` is everything. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  /** Plurals; a sub-resource is named with its resource: `pods/log`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Every namespace by default. */
  readonly namespace?: string;
}

/** Who may come with which token. */
export interface KubernetesUser {
  readonly token: string;
  /** `system:serviceaccount:shop:bot` */
  readonly name: string;
  readonly rules: readonly RoleRule[];
}

export interface KubernetesWorldOptions {
  /** 0, a free one, by default. */
  readonly port?: number;
  /** Serves https with a certificate of its own (`world.ca`); http by default. */
  readonly tls?: boolean;
  readonly users?: readonly KubernetesUser[];
  readonly workloads?: readonly WorkloadOptions[];
  readonly nodes?: readonly string[];
  /** Whether the nodes' registry has an image; asked each time that a pod tries to pull it. */
  readonly canPull?: (image: string) => boolean;
  readonly behaviourOf?: (image: string) => Behaviour;
  readonly logOf?: (image: string) => string;
  /** A policy of the cluster: why an image may not run, in its own words. */
  readonly denies?: (image: string) => string | undefined;
  /** A mutating webhook: what it makes of an image. */
  readonly rewrites?: (image: string) => string;
  /** Rollouts go on by themselves, a step each so many ms; without it only by `advance`. */
  readonly stepMs?: number;
  /** Ms since the epoch. */
  readonly now?: () => number;
  /** Lets the cluster be found by ARM too, as an AKS cluster. */
  readonly aks?: AksOptions;
}

export interface AksOptions {
  /** `/subscriptions/…/providers/Microsoft.ContainerService/managedClusters/shop` */
  readonly resourceId: string;
  /** The Entra token that ARM takes. */
  readonly armToken: string;
  readonly powerState?: "Running" | "Stopped";
  /** False: a cluster with local accounts only. */
  readonly entra?: boolean;
  /** The host that ARM says the cluster has; its own by default. */
  readonly fqdn?: string;
}

/** May do everything everywhere. */
export const everything: RoleRule = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
