import { currentOf } from "../nouns/placement.ts";
import type { Principal } from "../nouns/principal.ts";
import type { ButtonMeaning } from "../nouns/request.ts";
import { type Target, whatItDoes } from "../nouns/target.ts";
import { bold, code, type Span, type Text, text } from "../nouns/text.ts";
import type { ArtifactView } from "./facets/artifact-view.ts";
import { nameOfDigest, shortDigest, tagOfDigest } from "./facets/digest-name.ts";
import { wordsFor } from "./facets/operation-words.ts";
import { cleanLine } from "./text/clean-text.ts";
import { cutEnd, cutMiddle } from "./text/cut-text.ts";
import { shown } from "./text/text-limits.ts";
import { durationText } from "./text/time-text.ts";

/** What a person reads before they ask for a deploy, redeploy or roll back: from what to what, how, and what it needs. */
export function bodyAboutTarget(
  view: ArtifactView,
  kind: "deploy" | "redeploy" | "rollback",
  meaning: Pick<ButtonMeaning, "digest" | "target" | "wish">,
): readonly Text[] {
  const name = meaning.target ?? "";
  const target = view.targets.find((known) => known.name === name);
  const before = currentOf(view.placements.find((known) => known.target === name))?.digest;
  return [
    text(bold(wordsFor({ kind, target: name }).name), ": ", code(`${view.artifact.repository}`)),
    ...ideaOf(meaning.wish?.suggestedBy),
    before === undefined ? text("Runs now: not known") : text("Runs now: ", ...named(view, before)),
    text("Will run: ", ...named(view, meaning.digest)),
    ...(before === meaning.digest ? [text("That is the same digest: it is set again.")] : []),
    ...(target === undefined
      ? []
      : [text(...effectOf(view, target), "."), ...soakOf(view, kind, target), ...approvalsOf(target)]),
    ...holdOf(view, name),
  ];
}

function effectOf({ artifact, loginServer }: ArtifactView, target: Target): Text {
  return whatItDoes(target, { repository: artifact.repository, loginServer }).map((span) =>
    span.kind === "code" ? code(cutMiddle(cleanLine(span.text), shown.title)) : span,
  );
}

function ideaOf(who: Principal | undefined): readonly Text[] {
  if (who === undefined) return [];
  const person: Span = { kind: "person", who };
  return [text("Suggested by ", person, ". You become the one who asks; neither of you can approve it.")];
}

function named(view: ArtifactView, digest: string): readonly (Span | string)[] {
  const tag = tagOfDigest(view, digest);
  if (tag === undefined) return [code(shortDigest(digest))];
  const name = cutMiddle(cleanLine(nameOfDigest(view, digest)), shown.name);
  return [code(name), " · ", code(shortDigest(digest))];
}

// What ran on a target before has soaked there.
function soakOf(view: ArtifactView, kind: string, { after }: Target): readonly Text[] {
  if (after === undefined || kind !== "deploy") return [];
  const current = currentOf(view.placements.find(({ target }) => target === after.target));
  const since: readonly (Span | string)[] =
    current === undefined || current.digest !== view.artifact.digest
      ? ["it does not run there now"]
      : ["it runs there since ", { kind: "time", at: current.at }];
  return [text(`⏱️ First ${durationText(after.soakMs)} on ${after.target}: `, ...since, ".")];
}

function approvalsOf({ approvals }: Target): readonly Text[] {
  if (approvals === undefined) return [];
  const { count, from, expiresMs } = approvals;
  const people = count === 1 ? "one person" : `${count} people`;
  const roles = from.flatMap((role) => [" or ", code(cutMiddle(cleanLine(role), shown.name))]).slice(1);
  const done = `${count === 1 ? "has" : "have"} approved it`;
  return [
    text(
      `✋ It starts once ${people} of `,
      ...roles,
      ` ${done}, not you, within ${durationText(expiresMs)}.`,
    ),
  ];
}

function holdOf({ holds }: ArtifactView, target: string): readonly Text[] {
  const why = cutEnd(cleanLine(holds.get(target) ?? "").trim(), shown.outcome);
  return why === "" ? [] : [text(`🚧 Nothing starts there now: ${why}`)];
}
