import type { Mode } from "./mode.ts";

/** What every target has, whatever carries its deploys out. */
interface TargetBase {
  readonly name: string;
  /** The only registry whose images it takes. */
  readonly registry: string;
  /** Globs of repositories. */
  readonly repositories: readonly string[];
  /** Role names by action; an action that is not named is allowed to nobody. */
  readonly allow: {
    readonly deploy: readonly string[];
    readonly rollback: readonly string[];
    /** May lock and unlock it; whoever may deploy, by default. */
    readonly lock: readonly string[];
    /** May go past approvals, soak, freeze and locks, with a reason. */
    readonly breakGlass: readonly string[];
  };
  /** Absent: whoever may deploy needs nobody's approval. */
  readonly approvals?: Approvals;
  /** An image must have been on that target for so long before it may come here. */
  readonly after?: { readonly target: string; readonly soakMs: number };
  /** Weekly windows in which nothing is deployed: `Fri 16:00 - Mon 08:00 Europe/Berlin`. */
  readonly freeze: readonly string[];
  /** Stricter than the bot's own mode; that one by default. */
  readonly mode?: Mode;
  /** How long a deploy may take from its start, health included, in ms. */
  readonly timeoutMs: number;
  /** After a deploy that does not become healthy, goes back by itself. */
  readonly rollbackOnFailure: boolean;
  /** Image references that a deploy may replace besides the repository's own, as patterns: `docker.io/shop/*`. */
  readonly replaces: readonly string[];
  /** What of another system's log goes to chat: a link, or its redacted end. */
  readonly logs: "link" | "tail";
  /** Hash of this target's configuration, its secrets included; an approval holds for one. */
  readonly revision: string;
}

/** Who must agree before a deploy or roll back starts. */
export interface Approvals {
  readonly count: number;
  /** Names of roles. */
  readonly from: readonly string[];
  readonly expiresMs: number;
}

/** Moves an environment tag in the registry. */
export interface RetagTarget extends TargetBase {
  readonly type: "retag";
  readonly tag: string;
}

/** Copies the image and its referrers into another repository or registry (ARM `importImage`). */
export interface ImportTarget extends TargetBase {
  readonly type: "import";
  readonly credential: string;
  readonly into: {
    /** Short name of a configured registry with a `resourceId`. */
    readonly registry: string;
    /** `prod/{name}`: `{repository}` is the whole name, `{name}` its last part. */
    readonly repository: string;
    readonly tag: string;
  };
}

/** A container on App Service: the app or a slot of it. */
export interface WebAppTarget extends TargetBase {
  readonly type: "web-app";
  readonly credential: string;
  /** ARM id of the app. */
  readonly app: string;
  readonly slot?: string;
  /** Name of the site container; its main one by default. */
  readonly container?: string;
}

export interface ContainerAppTarget extends TargetBase {
  readonly type: "container-app";
  readonly credential: string;
  /** ARM id of the app. */
  readonly app: string;
  /** The only container by default. */
  readonly container?: string;
}

export type KubernetesCluster =
  | { readonly kind: "aks"; readonly resourceId: string; readonly credential: string }
  | { readonly kind: "kubeconfig"; readonly path: string; readonly context?: string }
  | { readonly kind: "in-cluster" };

export const workloadKinds = ["deployment", "statefulset", "daemonset", "cronjob"] as const;
export type WorkloadKind = (typeof workloadKinds)[number];

export interface KubernetesTarget extends TargetBase {
  readonly type: "kubernetes";
  readonly cluster: KubernetesCluster;
  readonly namespace: string;
  readonly workload: { readonly kind: WorkloadKind; readonly name: string };
  readonly container: string;
  /** Changes what Flux, Argo CD or Helm own all the same. */
  readonly force: boolean;
}

/** Deploys a template spec with the image as parameter: Container Instances, and anything else in Azure. */
export interface TemplateTarget extends TargetBase {
  readonly type: "template";
  readonly credential: string;
  /** ARM id of one version of a template spec. */
  readonly templateSpec: string;
  /** ARM id of the resource group to deploy to. */
  readonly resourceGroup: string;
  /** Name of the template's parameter that gets `host/repository@sha256:…`. */
  readonly imageParameter: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

export interface AzurePipelinesTarget extends TargetBase {
  readonly type: "azure-pipelines";
  readonly credential: string;
  /** `https://dev.azure.com/contoso` */
  readonly organization: string;
  readonly project: string;
  readonly pipeline: number;
  /** `refs/heads/main` */
  readonly ref: string;
  /** Template parameters; `{image}`, `{digest}`, `{repository}`, `{tag}`, `{operation}` are filled in. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type GithubAuth =
  | {
      readonly kind: "app";
      readonly appId: string;
      readonly installationId: string;
      readonly privateKey: string;
    }
  | { readonly kind: "token"; readonly token: string };

export interface GithubTarget extends TargetBase {
  readonly type: "github";
  /** `owner/name` */
  readonly repository: string;
  /** File name or id of the workflow. */
  readonly workflow: string;
  readonly ref: string;
  /** Inputs; `{image}`, `{digest}`, `{repository}`, `{tag}`, `{operation}` are filled in. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly auth: GithubAuth;
  /** `https://api.github.com`; of an enterprise server `https://<host>/api/v3`. */
  readonly apiUrl: string;
}

/** Any other system: a signed POST, and a status address that is asked until it is done. */
export interface HttpTarget extends TargetBase {
  readonly type: "http";
  readonly url: string;
  /** Key of the HMAC. */
  readonly secret: string;
  /** Reaches addresses of private networks; never those of machines' metadata. */
  readonly privateNetwork: boolean;
}

/** A named environment that a deploy goes to, as decisions and operations see it. */
export type Target =
  | RetagTarget
  | ImportTarget
  | WebAppTarget
  | ContainerAppTarget
  | KubernetesTarget
  | TemplateTarget
  | AzurePipelinesTarget
  | GithubTarget
  | HttpTarget;
export type TargetType = Target["type"];

/** Whether an operation of such a target can be stopped while it runs. */
export function canCancel(type: TargetType): boolean {
  return type === "kubernetes" || type === "template" || type === "azure-pipelines" || type === "github";
}

/** The environment tag that a retag target moves, and the one under which it keeps what was there before. */
export function environmentTagsOf(target: Target): readonly string[] {
  return target.type === "retag" ? [target.tag, previousTagOf(target)] : [];
}

/** The tag that keeps a retag target's previous image from the retention of untagged manifests. */
export function previousTagOf({ tag }: Pick<RetagTarget, "tag">): string {
  const ending = "-previous";
  // A tag has at most 128 characters (OCI distribution specification).
  return `${tag.slice(0, 128 - ending.length)}${ending}`;
}
