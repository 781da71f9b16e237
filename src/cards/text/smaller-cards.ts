import type { Card } from "../../nouns/card.ts";
import { bold, type Text, text } from "../../nouns/text.ts";

/** The card's headline: icon, word, and the rest of the sentence. */
export function stateText({ state }: Pick<Card, "state">): Text {
  const more = state.more && text(" · ", state.more);
  return text(`${state.icon} `, bold(state.word), more);
}

/** The card as lines of text, for a message that has to do without its layout. */
export function cardLines(card: Card): readonly Text[] {
  return [
    text(bold(card.title), ` · ${card.registry}`),
    stateText(card),
    ...card.notes.map((note) => text(`${note.icon} `, ...note.text)),
    ...card.facts.map(({ label, value }) => text(`${label}: `, ...value)),
  ];
}

/**
 * The card as it is, then with less and less on it: what people can do without goes first. Digest, state and the
 * buttons stay to the end, the first note nearly so.
 */
export function smallerCards(card: Card): readonly Card[] {
  const { regions: _regions, ...withoutRegions } = { ...card, badges: [] };
  const { running: _running, ...withoutRunning } = withoutRegions;
  return [
    card,
    { ...card, badges: [] },
    withoutRegions,
    { ...withoutRegions, notes: card.notes.slice(0, 2) },
    { ...withoutRegions, notes: card.notes.slice(0, 2), facts: card.facts.slice(0, 3) },
    { ...withoutRunning, notes: card.notes.slice(0, 1), facts: card.facts.slice(0, 1) },
    // A note whose every letter has to be escaped can fill a Workflows post alone.
    { ...withoutRunning, notes: [], facts: card.facts.slice(0, 1) },
  ];
}
