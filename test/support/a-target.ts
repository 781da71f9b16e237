import type { KubernetesTarget, RetagTarget } from "../../src/nouns/target.ts";

/** What every target has, where a test does not care; its values are the configuration's defaults. */
export const targetDefaults = {
  registry: "contoso",
  repositories: ["shop/*"],
  allow: { deploy: ["deployer"], rollback: ["deployer"], lock: ["deployer"], breakGlass: [] },
  freeze: [],
  rollbackInFreeze: "allow",
  timeoutMs: 600_000,
  rollbackOnFailure: false,
  replaces: [],
  logs: "link",
  revision: "r1",
} as const satisfies Partial<RetagTarget>;

/** A retag target, changed where a test wants. */
export function aRetagTarget(overrides: Partial<RetagTarget> = {}): RetagTarget {
  return { ...targetDefaults, name: "staging", type: "retag", tag: "staging", ...overrides };
}

/** A target that runs what it gets, changed where a test wants. */
export function aKubernetesTarget(overrides: Partial<KubernetesTarget> = {}): KubernetesTarget {
  const place = {
    cluster: { kind: "in-cluster" },
    namespace: "shop",
    container: "app",
    force: false,
  } as const;
  const workload = { kind: "deployment", name: "checkout" } as const;
  return { ...targetDefaults, name: "staging", type: "kubernetes", ...place, workload, ...overrides };
}
