import { suggestOffer } from "../../cards/buttons/suggestion-offer.ts";
import { subjectOf } from "../../nouns/artifact.ts";
import { type Button, type Notice, notice } from "../../nouns/card.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import type { Dialog } from "../../nouns/dialog.ts";
import { cardOf } from "../../nouns/operation.ts";
import { isWish, type Order } from "../../nouns/request.ts";
import type { Store } from "../../store/store.ts";

/**
 * A refusal as a private word; `lacking` are the roles that could be asked in this person's place. Where a role is all that is missing it has a button that suggests the same to those who
 * have it; what the button stands for is stored before.
 */
export async function refusalNotice(
  words: readonly string[],
  lacking: readonly string[] = [],
  order: Order,
  channel: ChannelId | undefined,
  store: Pick<Store, "findArtifact" | "saveButtons">,
): Promise<Notice> {
  const said = notice("warning", "⛔", words);
  // What somebody suggested already is not suggested once more.
  if (lacking.length === 0 || channel === undefined || !isWish(order) || order.suggestedBy !== undefined)
    return said;
  const shownOn = cardOf(order);
  const artifact = await store.findArtifact(shownOn);
  if (artifact === undefined) return said;
  const { incarnation } = artifact;
  const subject = subjectOf(shownOn);
  const { button, meaning } = suggestOffer({ wish: order, roles: lacking, channel, subject, incarnation });
  await store.saveButtons([meaning]);
  return { ...said, buttons: [button] };
}

/**
 * A private word with a button as a dialog, for places where words cannot have one: submitting it is pressing the
 * button. Undefined: there is nothing to press.
 */
export function dialogOfNotice({ lines, buttons }: Notice): Dialog | undefined {
  const button = buttons.find((one): one is Extract<Button, { kind: "act" }> => one.kind === "act");
  if (button === undefined) return undefined;
  return {
    title: "Not done",
    // A submit button of Slack's holds 24 characters: whom it is suggested to is said above it.
    submit: "Suggest it",
    danger: false,
    body: [...lines, [{ kind: "plain", text: button.label }]],
    inputs: [],
    reference: button.reference,
  };
}
