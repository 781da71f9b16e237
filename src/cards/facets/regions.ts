import type { Artifact } from "../../nouns/artifact.ts";
import type { Text } from "../../nouns/text.ts";
import { listed, startOf } from "../text/shown-text.ts";
import { shown } from "../text/text-limits.ts";

/** `westus ✓ · westeurope ✓ +4 s`: the regions that announced it; undefined where none said where it is. */
export function regionsOf(artifact: Artifact): Text | undefined {
  const regions = artifact.regions.filter(({ region }) => region.trim() !== "").sort((a, b) => a.at - b.at);
  const first = regions[0];
  if (first === undefined) return undefined;
  const named = regions.map(({ region, at }) => `${startOf(region, "name")} ✓${lag(at - first.at)}`);
  return listed(named, shown.regions, " · ");
}

function lag(ms: number): string {
  if (!(ms >= 1000)) return "";
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? ` +${seconds} s` : ` +${Math.round(seconds / 60)} min`;
}
