import type { Config } from "../config/config.ts";
import type { Target } from "../nouns/target.ts";
import { ownOf } from "../policy/question.ts";
import type { RegistryAccess, RegistryConfigs } from "../registry/registries.ts";
import { once } from "../work/lazily.ts";
import type { TargetDeps } from "./target-deps.ts";
import type { TargetPort } from "./target-port.ts";

/** Gives the target of that name as it is configured now; undefined if it is not. */
export type FindTarget = (name: string) => Promise<TargetPort | undefined>;

/**
 * Makes the one place that knows every type of target. What a type needs is loaded when one of it is first used; ports
 * are kept as long as the configuration is the same one, for a target's revision does not tell of its secrets.
 */
export function createFindTarget(
  deps: Pick<TargetDeps, "credentials" | "now"> & {
    readonly config: () => RegistryConfigs & Pick<Config, "targets">;
    readonly accessTo: (registry: string, of: RegistryConfigs) => RegistryAccess;
  },
): FindTarget {
  const made = new WeakMap<object, Map<string, () => Promise<TargetPort>>>();
  // What was begun on one configuration is gone on with on it.
  const depsFor = (config: RegistryConfigs): TargetDeps => ({
    registries: config.registries,
    azure: config.azure,
    accessTo: (registry) => deps.accessTo(registry, config),
    credentials: { get: (credential) => deps.credentials.get(credential, config.credentials) },
    now: deps.now,
  });
  return async (name) => {
    const config = deps.config();
    const target = ownOf(config.targets, name);
    if (target === undefined) return undefined;
    const ports = made.get(config) ?? new Map<string, () => Promise<TargetPort>>();
    made.set(config, ports);
    const port = ports.get(name) ?? once(() => open(target, depsFor(config)));
    ports.set(name, port);
    return await port();
  };
}

async function open(target: Target, deps: TargetDeps): Promise<TargetPort> {
  switch (target.type) {
    case "retag":
      return (await import("./targets/retag.ts")).createRetagTarget(target, deps);
    case "import":
      return (await import("./targets/import.ts")).createImportTarget(target, deps);
    case "web-app":
      return (await import("./targets/web-app.ts")).createWebAppTarget(target, deps);
    case "container-app":
      return (await import("./targets/container-app.ts")).createContainerAppTarget(target, deps);
    case "kubernetes":
      return (await import("./targets/kubernetes.ts")).createKubernetesTarget(target, deps);
    case "template":
      return (await import("./targets/template.ts")).createTemplateTarget(target, deps);
    case "azure-pipelines":
      return (await import("./targets/azure-pipelines.ts")).createAzurePipelinesTarget(target, deps);
    case "github":
      return (await import("./targets/github.ts")).createGithubTarget(target, deps);
    case "http":
      return (await import("./targets/http.ts")).createHttpTarget(target, deps);
    default:
      return target satisfies never;
  }
}
