import type { Dialog, DialogInput } from "../nouns/dialog.ts";
import type { ButtonMeaning } from "../nouns/request.ts";
import { currentOf } from "../nouns/target.ts";
import { bold, code, type Span, type Text, text } from "../nouns/text.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { cleanLine } from "./clean-text.ts";
import { cutMiddle } from "./cut-text.ts";
import { nameOfDigest, shortDigest, tagOfDigest, titleOf } from "./digest-name.ts";
import { tagList } from "./facts.ts";
import { reasonLimits, shown } from "./limits.ts";
import { wordsFor } from "./operation-words.ts";

/** What the person is asked for; `details` asks nothing and has a dialog of its own. */
export type AskMeaning = ButtonMeaning & { readonly verb: Exclude<ButtonMeaning["verb"], "details"> };

/** Id of the input that holds the reason. */
export const reasonInputId = "reason";

/** Whether a button's click is answered by a dialog that asks. */
export function asks(meaning: ButtonMeaning): meaning is AskMeaning {
  return meaning.verb !== "details";
}

/** What asks before something happens: the digest, what changes, and why. The submission names only the reference. */
export function buildAskDialog(view: ArtifactView, meaning: AskMeaning): Dialog {
  const review = meaning.verb === "release" || meaning.verb === "reject";
  return {
    title: titles[meaning.verb],
    submit: submits[meaning.verb],
    danger: meaning.verb === "reject",
    body: [
      ...(review ? reviewBody(view, meaning) : targetBody(view, meaning)),
      ...(view.mode === "observe"
        ? [text("👀 Observe mode: I will say what would have happened, and change nothing.")]
        : []),
    ],
    inputs: [reasonInput(review)],
    reference: meaning.reference,
  };
}

// A modal's title holds 24 characters (Slack); where it goes is said in the body.
const titles = {
  release: "Release image",
  reject: "Reject image",
  deploy: "Deploy image",
  redeploy: "Redeploy image",
  rollback: "Roll back",
} as const;

const submits = {
  release: "Release",
  reject: "Reject",
  deploy: "Deploy",
  redeploy: "Redeploy",
  rollback: "Roll back",
} as const;

function reviewBody(view: ArtifactView, { verb, digest }: AskMeaning): readonly Text[] {
  const release = verb === "release";
  const pending = view.artifact.announcedTag;
  const tags = tagList(pending === undefined ? view.tags.map(({ tag }) => tag) : [pending]);
  return [
    text(
      bold(release ? "Release" : "Reject"),
      " ",
      code(titleIn(view)),
      " in ",
      code(view.artifact.registry),
    ),
    text("Digest: ", code(digest)),
    ...(tags === undefined
      ? []
      : [text(release ? "Tag that it gets: " : "Tag that it does not get: ", ...tags)]),
    text(
      release
        ? "Everybody who may pull from the registry can pull it then."
        : "It stays blocked in the registry; a rejected image can be reviewed again.",
    ),
  ];
}

function targetBody(view: ArtifactView, meaning: AskMeaning): readonly Text[] {
  const target = meaning.target ?? "";
  const placement = view.placements.find((known) => known.target === target);
  const before = currentOf(placement)?.digest;
  const moved = view.targets.find(({ name }) => name === target)?.tag;
  return [
    text(bold(wordsFor({ kind: meaning.verb, target }).name), ": ", code(`${view.artifact.repository}`)),
    before === undefined ? text("Runs now: not known") : text("Runs now: ", ...named(view, before)),
    text("Will run: ", ...named(view, meaning.digest)),
    ...(before === meaning.digest ? [text("That is the same digest: it is set again.")] : []),
    ...(moved === undefined
      ? []
      : [
          text("Moves the tag ", code(moved), " in ", code(view.loginServer), "; the digest stays as it is."),
        ]),
  ];
}

function named(view: ArtifactView, digest: string): readonly (Span | string)[] {
  const tag = tagOfDigest(view, digest);
  if (tag === undefined) return [code(shortDigest(digest))];
  return [
    code(cutMiddle(cleanLine(nameOfDigest(view, digest)), shown.name)),
    " · ",
    code(shortDigest(digest)),
  ];
}

function titleIn(view: ArtifactView): string {
  return cutMiddle(cleanLine(titleOf(view)), shown.title);
}

function reasonInput(required: boolean): DialogInput {
  return {
    kind: "text",
    id: reasonInputId,
    label: "Reason",
    placeholder: required ? "What did you check?" : "Optional: why now?",
    hint: "Shown on the card and kept in the audit.",
    multiline: true,
    required,
    maxLength: reasonLimits.max,
  };
}
