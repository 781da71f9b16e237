import type { Card } from "../../src/nouns/card.ts";

/** A card without anything to press, changed where a test wants. */
export function aCard(overrides: Partial<Card> = {}): Card {
  return {
    title: "shop/checkout:1.4.2",
    registry: "contoso",
    summary: "shop/checkout:1.4.2 · contoso: pushed",
    state: { icon: "📦", word: "Pushed", tone: "accent" },
    notes: [],
    facts: [],
    badges: [],
    buttons: [],
    ...overrides,
  };
}
