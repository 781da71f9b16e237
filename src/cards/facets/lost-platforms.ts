import type { Artifact } from "../../nouns/artifact.ts";
import type { Text } from "../../nouns/text.ts";
import { codeOf, listed } from "../text/shown-text.ts";
import { shown } from "../text/text-limits.ts";

/** The platforms of an index that the registry has no more, in words; undefined: it has all, or is gone itself. */
export function lostPlatformsOf({ lostPlatforms = [], deletedAt }: Artifact): Text | undefined {
  if (lostPlatforms.length === 0 || deletedAt !== undefined) return undefined;
  return listed(
    lostPlatforms.map((name) => codeOf(name, "name")),
    shown.platforms,
    ", ",
  );
}
