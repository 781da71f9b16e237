import type { CardElement, IAdaptiveCard } from "@microsoft/teams.cards";
import { teamsLimits as limits } from "../text/text-limits.ts";

/** The newest version that Teams Workflows shows (microsoft/AdaptiveCards #7676). */
export const workflowCardVersion = "1.4";

/** The same card in version 1.4: without what came with 1.5, which are headings and the menu of further buttons. */
export function workflowCard(card: IAdaptiveCard): IAdaptiveCard {
  return { ...card, version: workflowCardVersion, body: card.body?.map(olderElement) };
}

function olderElement(element: CardElement): CardElement {
  if (element.type === "TextBlock") {
    const { style: _, ...older } = element;
    return older;
  }
  if (element.type !== "ActionSet") return element;
  const actions = element.actions?.slice(0, limits.primaryActions).map(({ mode: _, ...older }) => older);
  return { ...element, actions };
}
