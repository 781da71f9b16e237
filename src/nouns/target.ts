import type { ArtifactKind } from "./artifact.ts";
import type { TargetBase } from "./target-base.ts";
import { code, type Text, text, withCode } from "./text.ts";

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
  /** How long App Service lets a container start, in ms. */
  readonly startLimitMs: number;
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
export type TargetOf<Type extends TargetType> = Extract<Target, { readonly type: Type }>;

/** What the rest of the bot has to know of a type; a type that is missing in `traits` does not compile. */
interface Traits<Kind extends Target> {
  /** Whether an operation can be stopped while it runs. */
  readonly canCancel: boolean;
  /** The tag of the repository that it moves: it says what runs where, not what an image is. */
  readonly movedTag: (target: Kind) => string | undefined;
  /** It runs what it gets, so that a Helm chart is of no use there. */
  readonly runsImages: boolean;
  /** What a deploy does there, as one line for people, names as code: `Patches deployment/checkout in shop, …`. */
  readonly does: (target: Kind, image: ImagePlace) => Text;
}

interface ImagePlace {
  readonly repository: string;
  readonly loginServer: string;
}

const noTag = (): undefined => undefined;

const goesOn = { canCancel: false, movedTag: noTag } as const;
const stoppable = { canCancel: true, movedTag: noTag } as const;

const traits: { readonly [Type in TargetType]: Traits<TargetOf<Type>> } = {
  retag: {
    canCancel: false,
    runsImages: false,
    movedTag: ({ tag }) => tag,
    does: ({ tag }, { loginServer }) =>
      withCode`Moves the tag ${tag} in ${loginServer}; the digest stays as it is`,
  },
  import: {
    ...goesOn,
    runsImages: false,
    does: ({ into }, { repository }) => {
      const place = `${filledIn(into.repository, repository)}:${into.tag}`;
      return withCode`Copies it to ${place} in ${into.registry}, by its digest`;
    },
  },
  "web-app": {
    ...goesOn,
    runsImages: true,
    does: ({ app, slot, container }) =>
      withCode`Sets the image of the web app ${lastOf(app)}${named("slot", slot)}${named("container", container)}`,
  },
  "container-app": {
    ...goesOn,
    runsImages: true,
    does: ({ app, container }) =>
      withCode`Makes a new revision of the container app ${lastOf(app)}${named("container", container)}`,
  },
  kubernetes: {
    ...stoppable,
    runsImages: true,
    does: ({ workload, namespace, container }) => {
      const name = `${workload.kind}/${workload.name}`;
      return withCode`Patches ${name} in ${namespace}${named("container", container)}`;
    },
  },
  template: {
    ...stoppable,
    runsImages: true,
    does: ({ templateSpec, resourceGroup }) => {
      const [spec = "", , version = ""] = templateSpec.split("/").slice(-3);
      const [name, group] = [`${spec} ${version}`, lastOf(resourceGroup)];
      return withCode`Deploys the template spec ${name} to the resource group ${group}`;
    },
  },
  "azure-pipelines": {
    ...stoppable,
    runsImages: false,
    does: ({ pipeline, project, ref }) =>
      withCode`Runs the pipeline ${String(pipeline)} of ${project} on ${ref} in Azure Pipelines`,
  },
  github: {
    ...stoppable,
    runsImages: false,
    does: ({ workflow, repository, ref }) =>
      withCode`Runs the workflow ${workflow} of ${repository} on ${ref} in GitHub`,
  },
  http: {
    ...goesOn,
    runsImages: false,
    // The rest of the address may hold what is nobody's business.
    does: ({ url }) =>
      withCode`Tells ${URL.parse(url)?.host ?? "its address"} to deploy it, and asks how it goes`,
  },
};

function traitsOf<Type extends TargetType>(type: Type): Traits<TargetOf<Type>> {
  return traits[type];
}

/** Whether an operation of such a target can be stopped while it runs. */
export function canCancel(type: TargetType): boolean {
  return traits[type].canCancel;
}

/** Whether something of that kind can be deployed there: images, and charts where the target itself runs nothing. */
export function takesKind({ type }: Target, kind: ArtifactKind): boolean {
  return kind === "image" || kind === "index" || (kind === "helm-chart" && !traits[type].runsImages);
}

/** The environment tag that a target moves in the image's own repository, if it does that. */
export function movedTagOf(target: Target): string | undefined {
  return traitsOf(target.type).movedTag(target);
}

/** The environment tag that a target moves, and the one under which it keeps what was there before. */
export function environmentTagsOf(target: Target): readonly string[] {
  const tag = movedTagOf(target);
  return tag === undefined ? [] : [tag, previousTagOf({ tag })];
}

/** What a deploy to that target does there, as one line for people; its names are as the configuration has them. */
export function whatItDoes(target: Target, image: ImagePlace): Text {
  return traitsOf(target.type).does(target, image);
}

/** The tag that keeps a retag target's previous image from the retention of untagged manifests. */
export function previousTagOf({ tag }: Pick<RetagTarget, "tag">): string {
  const ending = "-previous";
  // A tag has at most 128 characters (OCI distribution specification).
  return `${tag.slice(0, 128 - ending.length)}${ending}`;
}

function named(what: string, name: string | undefined): Text {
  return name === undefined ? [] : text(`, ${what} `, code(name));
}

/** The last part of an ARM id or of a repository. */
function lastOf(id: string): string {
  return id.split("/").at(-1) ?? "";
}

/** The `{repository}` and `{name}` of the configuration, filled in. */
function filledIn(pattern: string, repository: string): string {
  return pattern.replaceAll("{repository}", () => repository).replaceAll("{name}", () => lastOf(repository));
}
