import { sharedReference } from "../../cards/buttons/button-reference.ts";
import { opensDialog } from "../../cards/buttons/button-verbs.ts";
import {
  buildOrderDialog,
  type DialogMeaning,
  glassBroken,
  glassInputId,
  reasonInputId,
} from "../../cards/order-dialog.ts";
import { reasonLimits } from "../../cards/text/text-limits.ts";
import { notice } from "../../nouns/card.ts";
import { principalKey } from "../../nouns/principal.ts";
import type { ButtonMeaning, Request } from "../../nouns/request.ts";
import { present } from "../../present.ts";
import { refuseClick, strangerOf, viewOf } from "./click-guard.ts";
import type { ClickDeps, Submission, SubmitAnswer } from "./conversation.ts";
import { type ButtonOrder, orderOf } from "./order-of-button.ts";
import { outcomeAnswer } from "./outcome-answer.ts";

/** Answers a submitted dialog: on disk first, then decided. Throws `store-unwritable`: then nothing is acknowledged. */
export async function submit(input: Submission, deps: ClickDeps): Promise<SubmitAnswer> {
  const known = await deps.people.recall(input.who);
  const stranger = strangerOf(known);
  if (stranger !== undefined)
    return { kind: "refused", notice: (await refuseClick(deps, known, stranger, "membership")).notice };
  const meaning = await deps.store.findButton(input.reference);
  if (meaning?.verb === "suggest") return await recordPress(input, meaning, deps);
  if (meaning === undefined || !opensDialog(meaning)) return outOfDate("This dialog is out of date.");
  const reason = (input.values[reasonInputId] ?? "").trim();
  const wrong = whatIsWrong(meaning, reason, input.values);
  if (wrong !== undefined) return await askAgain(meaning, wrong, deps);
  const now = deps.clock.now();
  const pressed = await orderOf(meaning, input.values, reason, { store: deps.store, now });
  // A card in Slack and one in Teams offer the same: whoever presses second gets what the first was told.
  const buttonReference = meaning.verb === "decline" ? undefined : sharedReference(meaning.reference);
  const asked = present({ id: input.requestId, who: input.who, buttonReference, at: now });
  return await place(pressed, asked, meaning, deps);
}

async function place(
  pressed: ButtonOrder,
  asked: Omit<Request, "order" | "channel">,
  { channel }: ButtonMeaning,
  { orders, store }: ClickDeps,
): Promise<Exclude<SubmitAnswer, { kind: "errors" }>> {
  if (pressed.kind === "over") return outOfDate(pressed.why);
  const { order } = pressed;
  return await outcomeAnswer(await orders.place({ ...asked, channel, order }), order, channel, store);
}

function whatIsWrong(
  { verb, wish }: ButtonMeaning,
  reason: string,
  values: Submission["values"],
): string | undefined {
  const length = [...reason].length;
  if (length > reasonLimits.max) return `At most ${reasonLimits.max} characters.`;
  if (length >= reasonLimits.min) return undefined;
  const asked = verb === "accept" ? wish?.kind : verb;
  if (asked === "release" || asked === "reject")
    return "Say why, in a few words: it is kept with the decision.";
  return values[glassInputId] === glassBroken ? "Breaking the glass needs a reason: say why." : undefined;
}

async function askAgain(meaning: DialogMeaning, why: string, deps: ClickDeps): Promise<SubmitAnswer> {
  const view = await viewOf(meaning.subject, meaning.channel, deps);
  const dialog = view === undefined ? undefined : buildOrderDialog(view, meaning);
  return { kind: "errors", errors: { [reasonInputId]: why }, dialog };
}

function outOfDate(why: string): Extract<SubmitAnswer, { kind: "refused" }> {
  return { kind: "refused", notice: notice("warning", "⛔", [`${why} Nothing was changed.`]) };
}

// Two presses on a private button, which nothing edits, are one suggestion.
const oneSuggestionMs = 60_000;

/**
 * Records what a button without a dialog of its own asks for, and decides it: the answer is private, the card shows what
 * came of it. Throws `store-unwritable`: then nothing is acknowledged.
 */
export async function recordPress(
  input: Pick<Submission, "requestId" | "who" | "reference">,
  meaning: ButtonMeaning,
  deps: ClickDeps,
): Promise<Exclude<SubmitAnswer, { kind: "errors" }>> {
  const { requestId, who, reference } = input;
  const at = deps.clock.now();
  const pressed = await orderOf(meaning, {}, "", { store: deps.store, now: at });
  const once = `suggest:${reference}:${principalKey(who)}:${Math.floor(at / oneSuggestionMs)}`;
  const id = meaning.verb === "suggest" ? once : requestId;
  // No reference of the button: each person's vote on the same button is one of its own.
  return await place(pressed, { id, who, at }, meaning, deps);
}
