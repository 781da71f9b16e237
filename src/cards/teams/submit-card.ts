import type { Action, CardElement, IAdaptiveCard } from "@microsoft/teams.cards";

/** How the buttons of cards that act at once come back: by an invoke, or as a message. */
export type TeamsActions = "execute" | "submit";

/**
 * The same card without `Action.Execute`, which is reported not to work on some mobile clients (microsoft/AdaptiveCards
 * #9315): what acts at its click comes back as a message with a value, and Details opens a dialog.
 */
export function submitCard(card: IAdaptiveCard): IAdaptiveCard {
  return { ...card, body: card.body?.map(withSubmit) };
}

function withSubmit(element: CardElement): CardElement {
  return element.type === "ActionSet" ? { ...element, actions: element.actions?.map(submitOf) } : element;
}

function submitOf(action: Action): Action {
  if (action.type !== "Action.Execute") return action;
  const { verb, data, type: _, ...rest } = action;
  const given = typeof data === "object" ? data : {};
  const dialog = verb === "details" ? { msteams: { type: "task/fetch" } } : {};
  return { ...rest, type: "Action.Submit", data: { ...dialog, ...given } };
}
