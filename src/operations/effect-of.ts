import type { Config } from "../config/config.ts";
import type { Operation } from "../nouns/operation.ts";
import type { Target } from "../nouns/target.ts";
import type { RegistryAccess } from "../registry/registries.ts";
import type { Store } from "../store/store.ts";
import { review } from "./review.ts";
import type { RunEffect } from "./target-port.ts";
import { retag } from "./targets/retag.ts";

/** Finds what carries an operation out, from the configuration of now; undefined where nothing can. */
export type EffectSource = (operation: Operation) => Promise<RunEffect | undefined>;

/** Makes the source of effects: one line per kind of operation and type of target. */
export function createEffectSource(deps: {
  readonly config: () => Config;
  readonly store: Pick<Store, "findArtifact">;
  readonly accessTo: (registry: string) => RegistryAccess;
}): EffectSource {
  return async (operation) => {
    const access = deps.accessTo(operation.registry);
    if (operation.kind === "release" || operation.kind === "reject") {
      if (access.reviewer === undefined) return undefined;
      const artifact = await deps.store.findArtifact(operation);
      return review(access.reviewer, artifact?.children ?? []);
    }
    const target = operation.target === undefined ? undefined : deps.config().targets[operation.target];
    return target === undefined ? undefined : effectOnTarget(target, access);
  };
}

function effectOnTarget(target: Target, access: RegistryAccess): RunEffect | undefined {
  switch (target.type) {
    case "retag": {
      const { reader, writer } = access;
      return reader === undefined || writer === undefined ? undefined : retag(target, { reader, writer });
    }
    default:
      return target.type satisfies never;
  }
}
