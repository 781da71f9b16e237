import type { Card } from "../../nouns/card.ts";

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
