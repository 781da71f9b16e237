import { currentOf } from "../../nouns/placement.ts";
import { type Text, text, time } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { codeOf, joined } from "../text/shown-text.ts";
import { shown } from "../text/text-limits.ts";
import { type ArtifactState, isReplaced, liveOn } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { nameOfDigest } from "./digest-name.ts";

const notCurrent: readonly ArtifactState["kind"][] = ["deleted", "rejected", "taken-back"];

/**
 * `staging 1.4.2 (this) · production 1.4.0 since 9 Nov`: dates, not ages, and only on the newest and the live cards, so
 * that one deploy does not edit every card of a repository.
 */
export function runningOf(view: ArtifactView, state: ArtifactState): Text | undefined {
  const isCurrent = !notCurrent.includes(state.kind) && !isReplaced(view);
  if (!isCurrent && liveOn(view).length === 0) return undefined;
  const lines = view.placements.slice(0, shown.running).map((placement) => {
    const current = currentOf(placement);
    if (current === undefined) return [];
    const name = codeOf(nameOfDigest(view, current.digest), "name");
    const here = current.digest === view.artifact.digest ? " (this)" : "";
    const well = current.unhealthy === true ? ", not healthy," : "";
    return text(`${cleanLine(placement.target)} `, name, `${here}${well} since `, time(current.at));
  });
  const line = joined(lines);
  return line.length === 0 ? undefined : line;
}
