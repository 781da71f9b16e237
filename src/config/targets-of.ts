import type { ArtifactKey } from "../nouns/artifact.ts";
import { matchesPatterns } from "../nouns/pattern.ts";
import type { Target } from "../nouns/target.ts";
import type { Config } from "./config.ts";

/** The targets that take a repository, in the order of the configuration. */
export function targetsOf(
  config: Pick<Config, "targets">,
  { registry, repository }: Pick<ArtifactKey, "registry" | "repository">,
): readonly Target[] {
  return Object.values(config.targets).filter(
    (target) => target.registry === registry && matchesPatterns(target.repositories, repository),
  );
}
