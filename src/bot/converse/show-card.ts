import { buildCard } from "../../cards/artifact-card.ts";
import type { Card } from "../../nouns/card.ts";
import { whyNoReader } from "../../policy/roles.ts";
import { asMember, refuseClick, staleButton, strangerOf, viewOf } from "./click-guard.ts";
import type { Click, ClickDeps, Private } from "./conversation.ts";

export type ShowAnswer = { readonly kind: "card"; readonly card: Card } | Private;

/** The card that a button stands on, as it is today: for somebody who looks at its details in its place. */
export async function showCard(input: Click, deps: ClickDeps): Promise<ShowAnswer> {
  const known = await deps.people.recall(input.who);
  const stranger = strangerOf(known) ?? whyNoReader(asMember(known), deps.config().roles);
  if (stranger !== undefined) return await refuseClick(deps, known, stranger, "membership or viewer");
  const meaning = await deps.store.findButton(input.reference);
  if (meaning === undefined || meaning.channel !== input.channel)
    return await staleButton(input, known, deps);
  const view = await viewOf(meaning.subject, meaning.channel, deps);
  if (view === undefined) return await staleButton(input, known, deps);
  const past = meaning.incarnation !== view.artifact.incarnation;
  const { card, buttons } = buildCard(past ? { ...view, actable: false } : view);
  await deps.store.saveButtons(buttons);
  return { kind: "card", card };
}
