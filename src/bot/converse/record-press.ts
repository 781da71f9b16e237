import { notice } from "../../nouns/card.ts";
import { principalKey } from "../../nouns/principal.ts";
import type { ButtonMeaning } from "../../nouns/request.ts";
import type { ClickDeps, Submission, SubmitAnswer } from "./conversation.ts";
import { orderOf } from "./order-of-button.ts";
import { outcomeAnswer } from "./outcome-answer.ts";

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
  const now = deps.clock.now();
  const pressed = await orderOf(meaning, {}, "", { store: deps.store, now });
  if (pressed.kind === "over")
    return { kind: "refused", notice: notice("warning", "⛔", [`${pressed.why} Nothing was changed.`]) };
  const { order } = pressed;
  const { channel } = meaning;
  const once = `suggest:${input.reference}:${principalKey(input.who)}:${Math.floor(now / oneSuggestionMs)}`;
  const id = order.kind === "suggest" ? once : input.requestId;
  // No reference of the button: each person's vote on the same button is one of its own.
  const became = await deps.orders.place({ id, who: input.who, channel, order, at: now });
  return await outcomeAnswer(became, order, channel, deps.store);
}
