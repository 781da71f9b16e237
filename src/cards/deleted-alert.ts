import { type Notice, notice } from "../nouns/card.ts";
import { bold, code, text, time } from "../nouns/text.ts";
import { liveOn, stateOf } from "./facets/artifact-state.ts";
import type { ArtifactView } from "./facets/artifact-view.ts";
import { shortDigest, titleOf } from "./facets/digest-name.ts";
import { tagList } from "./facets/facts.ts";
import { lostPlatformsOf } from "./facets/lost-platforms.ts";
import { codeOf } from "./text/shown-text.ts";

/** The alert that something a target runs was deleted; undefined if no target runs it. */
export function buildDeletedAlert(view: ArtifactView): Notice | undefined {
  const { registry, digest, deletedAt, tagsWhenDeleted } = view.artifact;
  const live = liveOn(view).map(({ target }) => target);
  if (live.length === 0 || stateOf(view).kind !== "deleted" || deletedAt === undefined) return undefined;
  const what = bold(`${live.join(", ")} runs an image that was deleted`);
  const tags = tagList(tagsWhenDeleted);
  return notice("attention", "🚨", [
    text(what, ": ", codeOf(titleOf(view), "title"), " in ", code(registry)),
    text("Deleted ", time(deletedAt), " · ", code(shortDigest(digest))),
    ...(tags === undefined ? [] : [text("It had the tags ", tags)]),
    "What runs goes on running, but cannot be pulled again: push it again, or deploy another image.",
  ]);
}

/** The alert that a platform of something a target runs was deleted; undefined if no target runs it, or none was. */
export function buildLostAlert(view: ArtifactView): Notice | undefined {
  const { artifact } = view;
  const lost = lostPlatformsOf(artifact);
  const live = liveOn(view).map(({ target }) => target);
  if (live.length === 0 || lost === undefined) return undefined;
  const what = bold(`A platform of what ${live.join(", ")} runs was deleted`);
  return notice("attention", "🚨", [
    text(what, ": ", codeOf(titleOf(view), "title"), " in ", code(artifact.registry)),
    text("Gone from the registry: ", lost, " · ", code(shortDigest(artifact.digest))),
    "What runs goes on running, but can't be pulled again there: push it again, or deploy another image.",
  ]);
}
