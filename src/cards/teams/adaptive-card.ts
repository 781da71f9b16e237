import type { CardElementArray, IAdaptiveCard, IFact } from "@microsoft/teams.cards";
import type { Card, Note } from "../../nouns/card.ts";
import { type Text, text } from "../../nouns/text.ts";
import { present } from "../../present.ts";
import { cleanWords } from "../text/clean-text.ts";
import { cutEnd, cutMiddle } from "../text/cut-text.ts";
import { plainLine } from "../text/plain-line.ts";
import { joined } from "../text/shown-text.ts";
import { cardLines, smallerCards, stateText } from "../text/smaller-cards.ts";
import { teamsLimits as limits } from "../text/text-limits.ts";
import { actionSets, colours, textBlock } from "./adaptive-elements.ts";
import { teamsMarkdown } from "./teams-markdown.ts";
import { type Mentionable, mentionable, mentionsIn } from "./teams-people.ts";

/** A Teams message: `summary` is what its toast shows, `fallbackText` the whole message if Teams refuses the card. */
export interface TeamsMessage {
  readonly summary: string;
  /** No card at all: not even the smallest form fits. */
  readonly card?: IAdaptiveCard;
  readonly fallbackText: string;
}

/** A card as Adaptive Card 1.5 of at most `maxBytes` of UTF-16. */
export function renderTeamsCard(card: Card, maxBytes: number = limits.messageBytes): TeamsMessage {
  const found = smallerCards(card)
    .map(cardFrom)
    .find((candidate) => isWithin(candidate, maxBytes));
  const summary = summaryText(card.summary, card.title);
  return present({ summary, card: found, fallbackText: cardText(card) });
}

/** Whether a card's JSON stays below that many bytes of UTF-16, as Teams counts. */
export function isWithin(card: IAdaptiveCard, maxBytes: number): boolean {
  return JSON.stringify(card).length * 2 <= maxBytes;
}

/** The text of a toast: plain, one line, never empty. */
export function summaryText(...candidates: readonly string[]): string {
  const lines = candidates.map((candidate) => cleanWords(plainLine(text(candidate))));
  return cutEnd(lines.find((line) => line !== "") ?? "Registry event", limits.summary);
}

/** An Adaptive Card of these elements, with the mentions that are in them. */
export function adaptiveCard(
  body: CardElementArray,
  fallbackText: string,
  people: Mentionable,
): IAdaptiveCard {
  const entities = mentionsIn(JSON.stringify(body), people);
  return {
    type: "AdaptiveCard",
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    version: "1.5",
    fallbackText,
    msteams: { width: "full", ...(entities.length === 0 ? {} : { entities }) },
    body,
  };
}

function cardFrom(card: Card): IAdaptiveCard {
  const people = mentionable(textsOf(card));
  const line = (value: Text) => teamsMarkdown(value, limits.text, people);
  const noteBlock = (note: Note) =>
    textBlock(line(text(`${note.icon} `, ...note.text)), { color: colours[note.tone], spacing: "Small" });
  const body: CardElementArray = [
    textBlock(line(text(cutMiddle(plainLine(text(card.title)), limits.title), ` · ${card.registry}`)), {
      size: "Large",
      weight: "Bolder",
      style: "heading",
    }),
    textBlock(line(stateText(card)), { color: colours[card.state.tone], spacing: "Small" }),
    // What must not be overlooked stands above the facts.
    ...card.notes.filter(isUrgent).map(noteBlock),
    ...factSet(card, people),
    ...card.notes.filter((note) => !isUrgent(note)).map(noteBlock),
    ...context(card).map((value) =>
      textBlock(line(value), { isSubtle: true, size: "Small", spacing: "Small" }),
    ),
    ...actionSets(card.buttons),
  ];
  return adaptiveCard(body, summaryText(card.summary, card.title), people);
}

function isUrgent({ tone }: Note): boolean {
  return tone === "attention" || tone === "warning";
}

function factSet({ facts }: Card, people: Mentionable): CardElementArray {
  if (facts.length === 0) return [];
  const rows = facts.map(
    ({ label, value }): IFact => ({
      title: teamsMarkdown(text(label), limits.factText / 4),
      value: teamsMarkdown(value, limits.factText, people) || "–",
    }),
  );
  return [{ type: "FactSet", spacing: "Medium", facts: rows }];
}

function context(card: Card): readonly Text[] {
  const regions = card.regions === undefined ? [] : text("🌍 ", card.regions);
  const extras = joined([...card.badges.map((badge) => text(badge)), regions]);
  const running = card.running === undefined ? [] : text("▶️ Now running: ", card.running);
  return [running, extras].filter((line) => line.length > 0);
}

function textsOf(card: Card): readonly Text[] {
  const facts = card.facts.map(({ value }) => value);
  const notes = card.notes.map((note) => note.text);
  return [card.state.more ?? [], ...facts, ...notes, card.running ?? [], card.regions ?? []];
}

/** The message without a card: Markdown again, each line a paragraph. */
function cardText(card: Card): string {
  // Dates in a message outside a card are not filled in: write them out.
  const rendered = cardLines(card).map((line) => teamsMarkdown(text(plainLine(line)), limits.factText));
  return cutEnd(rendered.join("\n\n"), limits.text * 2);
}
