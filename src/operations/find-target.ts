import type { Config } from "../config/config.ts";
import type { Target } from "../nouns/target.ts";
import type { TargetDeps } from "./target-deps.ts";
import type { TargetPort } from "./target-port.ts";

/** Gives the target of that name as it is configured now; undefined if it is not. */
export type FindTarget = (name: string) => Promise<TargetPort | undefined>;

/** Makes the one place that knows every type of target. What a type needs is loaded when one of it is first used. */
export function createFindTarget(
  deps: Omit<TargetDeps, "registries" | "azure"> & { readonly config: () => Config },
): FindTarget {
  const made = new Map<string, { readonly revision: string; readonly port: Promise<TargetPort> }>();
  return async (name) => {
    const config = deps.config();
    const target = Object.hasOwn(config.targets, name) ? config.targets[name] : undefined;
    if (target === undefined) return undefined;
    const known = made.get(name);
    if (known?.revision === target.revision) return await known.port;
    const port = open(target, { ...deps, registries: config.registries, azure: config.azure });
    made.set(name, { revision: target.revision, port });
    return await port;
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
