import { wantLook } from "../../artifacts/look-again.ts";
import { buildCard } from "../../cards/artifact-card.ts";
import { isImmediate, opensDialog } from "../../cards/buttons/button-verbs.ts";
import { buildDetailsDialog } from "../../cards/details-dialog.ts";
import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import { buildOrderDialog, type DialogMeaning } from "../../cards/order-dialog.ts";
import { describeError } from "../../errors.ts";
import type { ArtifactKey } from "../../nouns/artifact.ts";
import { type Card, notice } from "../../nouns/card.ts";
import { addressOf } from "../../nouns/channel.ts";
import { type ButtonMeaning, isWish, type Wish } from "../../nouns/request.ts";
import { text } from "../../nouns/text.ts";
import { type Known, whyNoReader } from "../../policy/roles.ts";
import { asMember, refusal, refuseClick, staleButton, strangerOf, viewOf } from "./click-guard.ts";
import type { Click, ClickAnswer, ClickDeps, Private } from "./conversation.ts";
import { orderOf } from "./order-of-button.ts";
import { refusalNotice } from "./refusal-notice.ts";
import { recordPress } from "./submissions.ts";

// What the registry said within this is not asked for at a press.
const pressedMs = 2_000;
// One entry for each state of its life is plenty for a dialog.
const mostHappenings = 50;

/** A press whose button is known, and the card that it stands on as it is now. */
interface Press {
  readonly input: Click;
  readonly known: Known;
  readonly meaning: ButtonMeaning;
  readonly view: ArtifactView;
  readonly deps: ClickDeps;
}

async function findPress(input: Click, known: Known, deps: ClickDeps): Promise<Press | undefined> {
  const meaning = await deps.store.findButton(input.reference);
  const view = meaning === undefined ? undefined : await viewOf(meaning.subject, meaning.channel, deps);
  if (meaning === undefined || view === undefined) return undefined;
  await askMeanwhile({ ...view.artifact, digest: meaning.digest }, view, deps);
  return { input, known, meaning, view, deps };
}

/** Nobody waits for the registry here: its answer is there when the dialog comes back, and shows on the card. */
async function askMeanwhile(image: ArtifactKey, view: ArtifactView, deps: ClickDeps): Promise<void> {
  if (!view.registryReadable) return;
  try {
    await wantLook(image, pressedMs, deps);
  } catch (error) {
    // A store that cannot write opens dialogs all the same; what is asked for by them is refused.
    deps.log.warn(
      { step: "decide", error: describeError(error) },
      "the registry could not be asked meanwhile",
    );
  }
}

/**
 * Answers a click: a dialog that asks, a private word, or for what needs one click (approve, cancel, suggest) what came
 * of it; that is on disk before. Throws `store-unwritable`: then nothing is acknowledged.
 */
export async function click(input: Click, deps: ClickDeps): Promise<ClickAnswer> {
  const known = await deps.people.meet(input.who, addressOf(input.channel));
  const stranger = strangerOf(known);
  if (stranger !== undefined) return await refuseClick(deps, known, stranger, "membership");
  const press = await findPress(input, known, deps);
  const answer = press === undefined ? undefined : await answerPress(press);
  return answer ?? (await staleButton(input, known, deps));
}

/** Undefined: the button is out of date. */
async function answerPress(press: Press): Promise<ClickAnswer | undefined> {
  const { input, meaning, view } = press;
  // A suggestion is offered privately, which may be in somebody's own chat.
  if (meaning.channel !== input.channel && meaning.verb !== "suggest") return undefined;
  if (meaning.verb === "details") return await details(press);
  const isOld = meaning.incarnation !== view.artifact.incarnation;
  if (isOld || (!view.actable && meaning.verb !== "suggest")) return undefined;
  if (isImmediate(meaning)) return await pressOnce(press);
  return opensDialog(meaning) ? await askFirst({ ...press, meaning }) : undefined;
}

async function pressOnce({ input, meaning, known, deps }: Press): Promise<ClickAnswer> {
  const { verb, operationId } = meaning;
  // Somebody whom the platform has not told us of yet is told at once of a missing role; else they wait to be looked up.
  const isUnasked = known.who.membership === "unknown" && operationId !== undefined;
  if (isUnasked && (verb === "approve" || verb === "cancel")) {
    const decision = await deps.orders.previewAndAudit({ kind: verb, operationId }, asMember(known));
    if (decision.outcome === "refused")
      return refusal(notice("warning", "⛔", [decision.why, decision.help]));
  }
  const came = await recordPress(input, meaning, deps);
  return came.kind === "refused" ? refusal(came.notice) : { kind: "private", notice: came.notice };
}

async function details({ meaning, view, known, deps }: Press): Promise<ClickAnswer> {
  const noReader = whyNoReader(asMember(known), deps.config().roles);
  if (noReader !== undefined) return await refuseClick(deps, known, noReader, "viewer", meaning.subject);
  const story = (await deps.store.happeningsOf(view.artifact, mostHappenings)).filter(
    (one) => one.channel === undefined || one.channel === meaning.channel,
  );
  return { kind: "dialog", dialog: buildDetailsDialog(view, story, meaning.reference) };
}

/**
 * Opens the dialog, unless it would only lead to a refusal. Somebody whom the platform has not told us of yet is refused
 * at once for a missing role; whether they are a full member is asked meanwhile and decided when the dialog comes back.
 */
async function askFirst(press: Press & { meaning: DialogMeaning }): Promise<ClickAnswer | undefined> {
  const { input, meaning, view, known, deps } = press;
  const { store } = deps;
  const pressed = await orderOf(meaning, {}, "to be asked", { store, now: deps.clock.now() });
  if (pressed.kind === "over" || !(isWish(pressed.order) || "operationId" in pressed.order)) {
    if (meaning.verb !== "accept") return undefined;
    const why = pressed.kind === "over" ? pressed.why : "This suggestion is over.";
    return await refuseClick(deps, known, `${why} Nothing was changed.`, "suggestion", meaning.subject);
  }
  const { order } = pressed;
  const person = asMember(known);
  const dialog = buildOrderDialog(view, meaning);
  const now = await deps.orders.preview(order, person);
  if (now.outcome !== "refused") return { kind: "dialog", dialog };
  if (isWish(order) && (await canBreakGlass(order, person, deps)))
    return { kind: "dialog", dialog: { ...dialog, body: [text(`⛔ ${now.why}`), ...dialog.body] } };
  const decision = await deps.orders.previewAndAudit(order, person);
  if (decision.outcome !== "refused") return { kind: "dialog", dialog };
  const { why, help, lacking } = decision;
  const suggested = isWish(order) ? asSuggested(order, input.who.name) : order;
  const said = await refusalNotice([why, help], lacking, suggested, meaning.channel, store);
  return refusal(said);
}

/** A review always has a reason; whoever takes the suggestion up gives their own. */
function asSuggested({ reason: _asked, ...wish }: Wish, name: string): Wish {
  const isReview = wish.kind === "release" || wish.kind === "reject";
  return isReview ? { ...wish, reason: `suggested by ${name}` } : wish;
}

/** Whether the same could be asked for by breaking the glass: then the dialog is where that is chosen. */
async function canBreakGlass(wish: Wish, known: Known, deps: ClickDeps): Promise<boolean> {
  const decision = await deps.orders.preview({ ...wish, breakGlass: true }, known);
  return decision.outcome === "allowed" && decision.breakGlass === true;
}

/** The card that a button stands on, as it is today: for somebody who looks at its details in its place. */
export async function showCard(
  input: Click,
  deps: ClickDeps,
): Promise<{ readonly kind: "card"; readonly card: Card } | Private> {
  const known = await deps.people.meet(input.who, addressOf(input.channel));
  const stranger = strangerOf(known) ?? whyNoReader(asMember(known), deps.config().roles);
  if (stranger !== undefined) return await refuseClick(deps, known, stranger, "membership or viewer");
  const press = await findPress(input, known, deps);
  if (press === undefined || press.meaning.channel !== input.channel)
    return await staleButton(input, known, deps);
  const { meaning, view } = press;
  const past = meaning.incarnation !== view.artifact.incarnation;
  const { card, buttons } = buildCard(past ? { ...view, actable: false } : view);
  await deps.store.saveButtons(buttons);
  return { kind: "card", card };
}
