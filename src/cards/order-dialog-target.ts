import { currentOf } from "../nouns/placement.ts";
import type { Principal } from "../nouns/principal.ts";
import type { ButtonMeaning } from "../nouns/request.ts";
import { type Target, whatItDoes } from "../nouns/target.ts";
import { approvalsFor } from "../nouns/target-base.ts";
import { bold, code, person, type Span, type Text, text, time } from "../nouns/text.ts";
import type { ArtifactView } from "./facets/artifact-view.ts";
import { shortDigest, tagOfDigest } from "./facets/digest-name.ts";
import { lostPlatformsOf } from "./facets/lost-platforms.ts";
import { wordsFor } from "./facets/operation-words.ts";
import { codeOf, startOf } from "./text/shown-text.ts";
import { durationText } from "./text/time-text.ts";

type PlacingKind = "deploy" | "redeploy" | "rollback";

/** What a person reads before they ask for a deploy, redeploy or roll back: from what to what, how, and what it needs. */
export function bodyAboutTarget(
  view: ArtifactView,
  kind: PlacingKind,
  meaning: Pick<ButtonMeaning, "digest" | "target" | "wish">,
): readonly Text[] {
  const name = meaning.target ?? "";
  const target = view.targets.find((known) => known.name === name);
  const before = currentOf(view.placements.find((known) => known.target === name))?.digest;
  return [
    text(bold(wordsFor({ kind, target: name }).name), ": ", code(view.artifact.repository)),
    ...ideaOf(meaning.wish?.suggestedBy),
    text("Runs now: ", before === undefined ? "not known" : named(view, before)),
    text("Will run: ", named(view, meaning.digest)),
    ...lostOf(view, meaning.digest),
    ...(before === meaning.digest ? [text("That is the same digest: it is set again.")] : []),
    ...(target === undefined ? [] : aboutTarget(view, kind, target)),
    // A roll back passes some of what holds a deploy: whoever opens the dialog is told of the rest.
    ...(kind === "rollback" ? [] : holdOf(view, name)),
  ];
}

function lostOf({ artifact }: ArtifactView, digest: string): readonly Text[] {
  const lost = artifact.digest === digest ? lostPlatformsOf(artifact) : undefined;
  return lost === undefined ? [] : [text("⚠️ Gone from the registry: ", lost, ". Nothing can pull it there.")];
}

function aboutTarget(view: ArtifactView, kind: PlacingKind, target: Target): readonly Text[] {
  const { artifact, loginServer } = view;
  const effect = whatItDoes(target, { repository: artifact.repository, loginServer }).map((span) =>
    span.kind === "code" ? codeOf(span.text, "title") : span,
  );
  return [text(effect, "."), ...soakOf(view, kind, target), ...approvalsOf(target, kind)];
}

function ideaOf(who: Principal | undefined): readonly Text[] {
  if (who === undefined) return [];
  const rule = ". You become the one who asks; neither of you can approve it.";
  return [text("Suggested by ", person(who), rule)];
}

function named(view: ArtifactView, digest: string): readonly (Span | string)[] {
  const tag = tagOfDigest(view, digest);
  const short = code(shortDigest(digest));
  return tag === undefined ? [short] : [codeOf(tag, "name"), " · ", short];
}

// What ran on a target before has soaked there.
function soakOf(view: ArtifactView, kind: string, { after }: Target): readonly Text[] {
  if (after === undefined || kind !== "deploy") return [];
  const current = currentOf(view.placements.find(({ target }) => target === after.target));
  const since =
    current === undefined || current.digest !== view.artifact.digest
      ? "it does not run there now"
      : ["it runs there since ", time(current.at)];
  return [text(`⏱️ First ${durationText(after.soakMs)} on ${after.target}: `, since, ".")];
}

function approvalsOf(target: Target, kind: PlacingKind): readonly Text[] {
  const needed = approvalsFor(target, kind);
  if (needed === undefined) return [];
  const { count, from, expiresMs } = needed;
  const people = count === 1 ? "one person" : `${count} people`;
  const roles = from.flatMap((role) => [" or ", codeOf(role, "name")]).slice(1);
  const done = `${count === 1 ? "has" : "have"} approved it, not you, within ${durationText(expiresMs)}.`;
  return [text(`✋ It starts once ${people} of `, roles, ` ${done}`)];
}

function holdOf({ holds }: ArtifactView, target: string): readonly Text[] {
  const why = startOf(holds.get(target), "outcome");
  return why === "" ? [] : [text(`🚧 Nothing starts there now: ${why}`)];
}
