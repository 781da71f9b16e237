import type { Note } from "../../nouns/card.ts";
import { isFinished } from "../../nouns/operation.ts";
import type { ButtonMeaning } from "../../nouns/request.ts";
import { bold, code, text } from "../../nouns/text.ts";
import { codeOf, endsOf, startOf } from "../text/shown-text.ts";
import { type ArtifactState, isDisputed, isReplaced, liveOn } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { shortDigest, shownTag } from "./digest-name.ts";
import { lostPlatformsOf } from "./lost-platforms.ts";

/** What somebody should know before they act: the most serious first. */
export function warningNotes(view: ArtifactView, state: ArtifactState): readonly Note[] {
  return [
    ...runsNote(view, state),
    ...lostNote(view),
    ...disbeliefNotes(view, state),
    ...tagNotes(view, state),
  ];
}

/** Why nothing starts on the targets that this card could send something to, each reason once. */
export function holdNotes(view: ArtifactView, meanings: readonly ButtonMeaning[]): readonly Note[] {
  const open = view.operations.filter((operation) => !isFinished(operation));
  const wanted = new Set([...meanings, ...open].map(({ target }) => target));
  const reasons = [...view.holds].flatMap(([target, why]) => (wanted.has(target) ? [why] : []));
  return [...new Set(reasons)].map((why) => ({
    icon: "🚧",
    tone: "warning",
    text: text(bold("Held"), `: ${startOf(why, "outcome")}`),
  }));
}

function runsNote(view: ArtifactView, state: ArtifactState): readonly Note[] {
  const live = liveOn(view).map(({ target }) => target);
  if (live.length === 0 || (state.kind !== "deleted" && state.kind !== "rejected")) return [];
  const what = bold(`${live.join(", ")} runs this ${state.kind} image`);
  const words = text(what, ": deploy another one, or it fails at its next pull");
  return [{ icon: "🚨", tone: "attention", text: words }];
}

function lostNote(view: ArtifactView): readonly Note[] {
  const lost = lostPlatformsOf(view.artifact);
  if (lost === undefined) return [];
  const live = liveOn(view).map(({ target }) => target);
  const what = text(bold("Gone from the registry"), ": ", lost, ". ");
  return live.length === 0
    ? [{ icon: "⚠️", tone: "warning", text: text(what, "Nothing can pull this image there") }]
    : [
        {
          icon: "🚨",
          tone: "attention",
          text: text(what, `${live.join(", ")} runs this image and can't pull it again there`),
        },
      ];
}

function disbeliefNotes({ artifact }: ArtifactView, state: ArtifactState): readonly Note[] {
  const { verification } = artifact;
  // The headline says it already, unless an operation has the headline.
  if (state.kind !== "working" || verification.state === "verified") return [];
  const why = startOf(verification.why, "outcome");
  if (verification.state === "mismatched")
    return [{ icon: "⚠️", tone: "attention", text: text(bold("The registry says otherwise"), `: ${why}`) }];
  return why === "" ? [] : [{ icon: "🔎", tone: "warning", text: text("Not confirmed yet: ", why) }];
}

function tagNotes(view: ArtifactView, state: ArtifactState): readonly Note[] {
  const tag = endsOf(shownTag(view), "name");
  if (state.kind === "deleted" || state.kind === "replaced" || tag === "") return [];
  if (isDisputed(view)) {
    const until = ": nothing deploys by it until the registry has said which holds";
    return [{ icon: "⚖️", tone: "warning", text: text("Two pushes claim ", code(tag), until) }];
  }
  const now = view.namedTag;
  if (!isReplaced(view) || now === undefined || now.digest === view.artifact.digest) return [];
  const moved = text("Its tag ", codeOf(now.tag, "name"), " is now ", code(shortDigest(now.digest)));
  return [{ icon: "↪️", tone: "neutral", text: moved }];
}
