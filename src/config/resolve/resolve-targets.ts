import type {
  Approvals,
  GithubAuth,
  KubernetesCluster,
  Target,
  TargetType,
  WorkloadKind,
} from "../../nouns/target.ts";
import { workloadKinds } from "../../nouns/target.ts";
import { withoutSlash } from "../clouds.ts";
import type { Config } from "../config.ts";
import { durationMs } from "../duration.ts";
import type { ConfigFile } from "../schema/config-schema.ts";
import type { TargetFile } from "../targets/schema-targets.ts";
import { byName, defined } from "./by-name.ts";
import { targetRevisionOf, type Unrevised } from "./target-revision.ts";

// What another system does for us takes as long as its queue; what we do ourselves takes minutes.
const ownTimeoutMs = 600_000;
const othersTimeoutMs = 3_600_000;

/** How long a deploy may take where the configuration does not say, in ms. */
export function defaultTimeoutMs(type: TargetType): number {
  switch (type) {
    case "retag":
    case "import":
    case "web-app":
    case "container-app":
    case "kubernetes":
      return ownTimeoutMs;
    case "template":
    case "azure-pipelines":
    case "github":
    case "http":
      return othersTimeoutMs;
    default:
      return type satisfies never;
  }
}

/** Targets with their defaults filled in, lengths of time in ms, and the revision of each. */
export function resolveTargets(
  given: ConfigFile["targets"],
  registries: Config["registries"],
): Readonly<Record<string, Target>> {
  return byName(given, (name, file): Target => {
    const target = resolveTarget(name, file);
    return { ...target, revision: targetRevisionOf(target, registries) };
  });
}

/** A window or a list of them, as a list. */
export function windowsOf(given: string | readonly string[]): readonly string[] {
  return typeof given === "string" ? [given] : given;
}

function resolveTarget(name: string, file: TargetFile): Unrevised {
  const base = baseOf(name, file);
  switch (file.type) {
    case "retag":
      return { ...base, type: file.type, tag: file.tag };
    case "import":
      return { ...base, type: file.type, credential: file.credential, into: file.into };
    case "web-app":
    case "container-app": {
      const { type, credential, app, container } = file;
      const slot = file.type === "web-app" ? file.slot : undefined;
      return { ...base, type, credential, app, ...defined({ container, slot }) };
    }
    case "kubernetes": {
      const { type, namespace, container, force } = file;
      const cluster = clusterOf(file.cluster, file.credential);
      return { ...base, type, cluster, namespace, workload: workloadOf(file.workload), container, force };
    }
    case "template": {
      const { type, credential, templateSpec, resourceGroup, image: imageParameter, parameters } = file;
      return { ...base, type, credential, templateSpec, resourceGroup, imageParameter, parameters };
    }
    case "azure-pipelines": {
      const { type, credential, project, pipeline, ref, parameters } = file;
      const organization = withoutSlash(file.organization);
      return { ...base, type, credential, organization, project, pipeline, ref, parameters };
    }
    case "github": {
      const { type, repository, workflow, ref, inputs } = file;
      const apiUrl = withoutSlash(file.apiUrl);
      return { ...base, type, repository, workflow, ref, inputs, auth: authOf(file), apiUrl };
    }
    case "http":
      return {
        ...base,
        type: file.type,
        url: file.url,
        secret: file.secret,
        privateNetwork: file.privateNetwork,
      };
    default:
      return file satisfies never;
  }
}

function baseOf(name: string, file: TargetFile) {
  const { registry, repositories, allow, approvals, after, mode, timeout } = file;
  const { rollbackOnFailure, replaces, logs } = file;
  return {
    name,
    registry,
    repositories,
    allow: { ...allow, lock: allow.lock ?? allow.deploy },
    ...(approvals === undefined ? {} : { approvals: approvalsOf(approvals) }),
    ...(after === undefined ? {} : { after: { target: after.target, soakMs: durationMs(after.soak) } }),
    freeze: windowsOf(file.freeze),
    ...(mode === undefined ? {} : { mode }),
    timeoutMs: timeout === undefined ? defaultTimeoutMs(file.type) : durationMs(timeout),
    rollbackOnFailure,
    replaces,
    logs,
  };
}

function approvalsOf({ count, from, expires }: NonNullable<TargetFile["approvals"]>): Approvals {
  return { count, from, expiresMs: durationMs(expires) };
}

type KubernetesFile = Extract<TargetFile, { type: "kubernetes" }>;

function clusterOf(given: KubernetesFile["cluster"], credential: string | undefined): KubernetesCluster {
  const { aks, kubeconfig, context } = given;
  if (aks !== undefined)
    return { kind: "aks", resourceId: aks, credential: checked(credential, "credential") };
  if (kubeconfig !== undefined) return { kind: "kubeconfig", path: kubeconfig, ...defined({ context }) };
  return { kind: "in-cluster" };
}

function workloadOf(text: string): { readonly kind: WorkloadKind; readonly name: string } {
  const [word, name] = text.split("/");
  const kind = workloadKinds.find((one) => one === word);
  return { kind: checked(kind, "workload"), name: checked(name, "workload") };
}

function authOf({ app, token }: Extract<TargetFile, { type: "github" }>): GithubAuth {
  if (app === undefined) return { kind: "token", token: checked(token, "token") };
  const { id, installation, privateKey } = app;
  return { kind: "app", appId: String(id), installationId: String(installation), privateKey };
}

/** A value that check-targets.ts has asked for; a bug if it let the file pass without. */
function checked<Value>(value: Value | undefined, key: string): Value {
  if (value === undefined) throw new RangeError(`a target's ${key} is missing, which no check let pass`);
  return value;
}
