import type { Dialog, DialogInput } from "../nouns/dialog.ts";
import { stricterMode } from "../nouns/mode.ts";
import { isPlacing, type OperationKind } from "../nouns/operation.ts";
import type { ButtonMeaning } from "../nouns/request.ts";
import { bold, code, person, type Span, type Text, text } from "../nouns/text.ts";
import type { DialogVerb } from "./buttons/button-verbs.ts";
import type { ArtifactView } from "./facets/artifact-view.ts";
import { titleOf } from "./facets/digest-name.ts";
import { tagList } from "./facets/facts.ts";
import { backTo, creditOf } from "./facets/operation-credit.ts";
import { wordsFor } from "./facets/operation-words.ts";
import { bodyAboutTarget } from "./order-dialog-target.ts";
import { codeOf } from "./text/shown-text.ts";
import { reasonLimits } from "./text/text-limits.ts";

/** A button whose click is answered by a dialog. */
export type DialogMeaning = ButtonMeaning & { readonly verb: DialogVerb };

/** Id of the input that holds the reason. */
export const reasonInputId = "reason";
/** Id of the input that asks whether to go past the rules; there where somebody may. */
export const glassInputId = "glass";
/** That input's value for yes; any other is no. */
export const glassBroken = "break";

/** What a dialog asks about: an operation of that kind, or whether to decline one. */
export type OrderKind = OperationKind | "decline";

/** What the button's dialog asks about; that of a suggestion asks what was suggested. */
export function orderKindOf({ verb, wish }: DialogMeaning): OrderKind {
  return verb === "accept" ? (wish?.kind ?? "deploy") : verb;
}

/** What asks before something happens: the digest, what changes, and why. The submission names only the reference. */
export function buildOrderDialog(view: ArtifactView, meaning: DialogMeaning): Dialog {
  const kind = orderKindOf(meaning);
  const { title, submit } = asking[kind];
  const observed = modeOf(view, meaning) === "observe" && kind !== "decline";
  return {
    title,
    submit,
    danger: kind === "reject" || kind === "decline",
    body: [...bodyOf(view, kind, meaning), ...(observed ? [observeWords] : [])],
    inputs: inputsOf(view, kind, meaning),
    reference: meaning.reference,
  };
}

const observeWords = text("👀 Observe mode: I will say what would have happened, and change nothing.");

// A modal's title holds 24 characters (Slack); where it goes is said in the body.
const asking = {
  release: { title: "Release image", submit: "Release", why: "What did you check?" },
  reject: { title: "Reject image", submit: "Reject", why: "What did you check?" },
  deploy: { title: "Deploy image", submit: "Deploy", why: "Optional: why now?" },
  redeploy: { title: "Redeploy image", submit: "Redeploy", why: "Optional: why now?" },
  rollback: { title: "Roll back", submit: "Roll back", why: "Optional: why now?" },
  decline: { title: "Decline", submit: "Decline", why: "Optional: what has to change?" },
} as const satisfies Record<OrderKind, { title: string; submit: string; why: string }>;

function modeOf({ mode, targets }: ArtifactView, { target: name }: DialogMeaning): ArtifactView["mode"] {
  return stricterMode(mode, targets.find((known) => known.name === name)?.mode);
}

function bodyOf(view: ArtifactView, kind: OrderKind, meaning: DialogMeaning): readonly Text[] {
  if (kind === "decline") return declineBody(view, meaning);
  return isPlacing(kind) ? bodyAboutTarget(view, kind, meaning) : reviewBody(view, kind, meaning);
}

function reviewBody(
  view: ArtifactView,
  kind: "release" | "reject",
  { digest, wish }: DialogMeaning,
): readonly Text[] {
  const release = kind === "release";
  const pending = view.artifact.announcedTag;
  const tags = tagList(pending === undefined ? view.tags.map(({ tag }) => tag) : [pending]);
  const who = wish?.suggestedBy;
  const { registry } = view.artifact;
  const gets = release ? "Tag that it gets: " : "Tag that it does not get: ";
  return [
    text(bold(release ? "Release" : "Reject"), " ", titleIn(view), " in ", code(registry)),
    ...(who === undefined ? [] : [text("Suggested by ", person(who))]),
    text("Digest: ", code(digest)),
    ...(tags === undefined ? [] : [text(gets, tags)]),
    release
      ? text("Everybody who may pull from the registry can pull it then.")
      : text("It stays blocked in the registry; a rejected image can be reviewed again."),
  ];
}

function declineBody(view: ArtifactView, { operationId, digest }: DialogMeaning): readonly Text[] {
  const operation = view.operations.find(({ id }) => id === operationId);
  const what = text(": ", titleIn(view));
  if (operation === undefined) return [text(bold("Decline"), what), text("Digest: ", code(digest))];
  return [
    text(bold(`Decline: ${wordsFor(operation).name}`), backTo(view, operation), what),
    text("Digest: ", code(digest)),
    creditOf(view, operation),
    text("It ends with that: nothing is changed, and it has to be asked for again."),
  ];
}

function titleIn(view: ArtifactView): Span {
  return codeOf(titleOf(view), "title");
}

function inputsOf({ targets }: ArtifactView, kind: OrderKind, asked: DialogMeaning): readonly DialogInput[] {
  const reason = reasonInput(kind);
  const target = targets.find(({ name }) => name === asked.target);
  const breakable = kind !== "decline" && isPlacing(kind) && (target?.allow.breakGlass.length ?? 0) > 0;
  return breakable ? [reason, glassInput] : [reason];
}

function reasonInput(kind: OrderKind): DialogInput {
  return {
    kind: "text",
    id: reasonInputId,
    label: "Reason",
    placeholder: asking[kind].why,
    hint: "Shown on the card and kept in the audit.",
    multiline: true,
    required: kind === "release" || kind === "reject",
    maxLength: reasonLimits.max,
  };
}

// An option of a menu holds 75 characters (Slack).
const glassInput = {
  kind: "choice",
  id: glassInputId,
  label: "In an emergency: needs a reason, holds for an hour, is announced to everybody here",
  options: [
    { value: "no", label: "Keep to the rules" },
    { value: glassBroken, label: "Break the glass: go past approvals, soak, freeze and locks" },
  ],
  initial: "no",
} as const satisfies DialogInput;
