import type { Notice } from "../nouns/card.ts";
import { bold, code, text } from "../nouns/text.ts";
import { liveOn, stateOf } from "./facets/artifact-state.ts";
import type { ArtifactView } from "./facets/artifact-view.ts";
import { shortDigest, titleOf } from "./facets/digest-name.ts";
import { tagList } from "./facets/facts.ts";
import { cleanLine } from "./text/clean-text.ts";
import { cutMiddle } from "./text/cut-text.ts";
import { shown } from "./text/text-limits.ts";

/** The alert that something a target runs was deleted; undefined if no target runs it. */
export function buildDeletedAlert(view: ArtifactView): Notice | undefined {
  const live = liveOn(view).map(({ target }) => target);
  if (live.length === 0 || stateOf(view).kind !== "deleted" || view.artifact.deletedAt === undefined)
    return undefined;
  const where = live.join(", ");
  const title = cutMiddle(cleanLine(titleOf(view)), shown.title);
  const tags = tagList(view.artifact.tagsWhenDeleted);
  return {
    tone: "attention",
    icon: "🚨",
    lines: [
      text(
        bold(`${where} runs an image that was deleted`),
        ": ",
        code(title),
        " in ",
        code(view.artifact.registry),
      ),
      text(
        "Deleted ",
        { kind: "time", at: view.artifact.deletedAt },
        " · ",
        code(shortDigest(view.artifact.digest)),
      ),
      ...(tags === undefined ? [] : [text("It had the tags ", ...tags)]),
      text("What runs goes on running, but cannot be pulled again: push it again, or deploy another image."),
    ],
    buttons: [],
  };
}
