import type { RetagTarget } from "../../src/nouns/target.ts";

/** What every target has, where a test does not care; its values are the configuration's defaults. */
export const targetDefaults = {
  registry: "contoso",
  repositories: ["shop/*"],
  allow: { deploy: ["deployer"], rollback: ["deployer"], lock: ["deployer"], breakGlass: [] },
  freeze: [],
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
