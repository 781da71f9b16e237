import type { Card } from "../../nouns/card.ts";
import { bold, type Text, text } from "../../nouns/text.ts";

/** The card's headline: icon, word, and the rest of the sentence. */
export function stateText({ state }: Pick<Card, "state">): Text {
  const more: Text = state.more === undefined ? [] : text(" · ", ...state.more);
  return text(`${state.icon} `, bold(state.word), ...more);
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
