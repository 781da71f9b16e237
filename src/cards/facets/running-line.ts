import { currentOf } from "../../nouns/placement.ts";
import { code, type Span, type Text, text } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutMiddle } from "../text/cut-text.ts";
import { shown } from "../text/text-limits.ts";
import { type ArtifactState, isReplaced, liveOn } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { nameOfDigest } from "./digest-name.ts";

/**
 * `staging 1.4.2 (this) · production 1.4.0 since 9 Nov`: dates, not ages, and only on the newest and the live cards, so
 * that one deploy does not edit every card of a repository.
 */
export function runningOf(view: ArtifactView, state: ArtifactState): Text | undefined {
  const settled = state.kind !== "deleted" && state.kind !== "rejected" && !isReplaced(view);
  if (!settled && liveOn(view).length === 0) return undefined;
  const lines = view.placements.slice(0, shown.running).flatMap((placement) => {
    const current = currentOf(placement);
    if (current === undefined) return [];
    const name = cutMiddle(cleanLine(nameOfDigest(view, current.digest)), shown.name);
    const here = current.digest === view.artifact.digest ? " (this)" : "";
    const well = current.unhealthy === true ? ", not healthy," : "";
    const parts: readonly (string | Span)[] = [
      `${cleanLine(placement.target)} `,
      code(name),
      `${here}${well} since `,
      { kind: "time", at: current.at },
    ];
    return [parts];
  });
  if (lines.length === 0) return undefined;
  return text(...lines.flatMap((parts, index) => (index === 0 ? parts : [" · ", ...parts])));
}
