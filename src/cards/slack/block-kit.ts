import type { KnownBlock } from "@slack/types";
import type { Card, Note } from "../../nouns/card.ts";
import { bold, text } from "../../nouns/text.ts";
import { cleanLine, cleanWords } from "../text/clean-text.ts";
import { codePoints, cutMiddle } from "../text/cut-text.ts";
import { cardLines, smallerCards, stateText } from "../text/smaller-cards.ts";
import { slackLimits as limits } from "../text/text-limits.ts";
import { buttonBlocks } from "./block-kit-buttons.ts";
import { mrkdwn } from "./mrkdwn.ts";
import { mrkdwnObject, packLines, rawMrkdwn } from "./slack-text-object.ts";

/** A Slack message: `text` is the notification, `fallbackText` the whole message if Slack refuses the blocks. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: KnownBlock[];
  readonly fallbackText: string;
}

/** A card as a Slack message within every limit. No blocks at all: not even the smallest form fits. */
export function renderSlackCard(card: Card): SlackMessage {
  const blocks = smallerCards(card)
    .map(cardBlocks)
    .find((candidate) => isWithinMessage(candidate));
  return {
    text: notificationText(card.summary, card.title),
    blocks: blocks ?? [],
    fallbackText: cardText(card),
  };
}

/** Whether Slack takes these blocks together: their number and, measured, their JSON. */
export function isWithinMessage(blocks: readonly KnownBlock[]): boolean {
  return blocks.length <= limits.blocksPerMessage && codePoints(JSON.stringify(blocks)) <= limits.blocksJson;
}

/** The text of a notification: never empty, or Slack shows "This content can't be displayed". */
export function notificationText(...candidates: readonly string[]): string {
  const said = candidates.find((candidate) => cleanLine(candidate).trim() !== "") ?? "Registry event";
  return mrkdwn(text(said.trim()), limits.notificationText).trim();
}

function cardBlocks(card: Card): KnownBlock[] {
  const notes = card.notes.map(noteBlock);
  return [
    { type: "header", block_id: "acr:title", text: titleObject(card) },
    { type: "section", block_id: "acr:state", text: mrkdwnObject(stateText(card), limits.text) },
    // What must not be overlooked stands above the facts, in full size.
    ...notes.filter(({ type }) => type === "section"),
    ...factBlocks(card),
    ...notes.filter(({ type }) => type === "context"),
    ...runningBlock(card),
    ...contextBlock(card),
    ...buttonBlocks(card.buttons),
  ];
}

// The registry's name stays: cut the title in its middle, where repository and tag leave the most to guess from.
function titleObject({ title, registry }: Card) {
  const where = ` · ${cutMiddle(cleanWords(registry), limits.headerText / 3)}`;
  const room = limits.headerText - codePoints(where);
  const what = cutMiddle(cleanWords(title).trim(), room);
  return { type: "plain_text", text: `${what}${where}`, emoji: false } as const;
}

function factBlocks({ facts }: Card): KnownBlock[] {
  if (facts.length === 0) return [];
  const fields = facts.slice(0, limits.sectionFields).map(({ label, value }) => {
    // The label is ours and short; the value gets what is left of the field.
    const head = mrkdwn(text(bold(label)), limits.sectionFieldText / 4);
    return rawMrkdwn(`${head}\n${mrkdwn(value, limits.sectionFieldText - codePoints(head) - 1)}`);
  });
  return [{ type: "section", block_id: "acr:facts", fields }];
}

function noteBlock(note: Note, index: number): KnownBlock {
  const block_id = `acr:note:${index}`;
  const line = mrkdwnObject(text(`${note.icon} `, ...note.text), limits.text);
  return note.tone === "attention" || note.tone === "warning"
    ? { type: "section", block_id, text: line }
    : { type: "context", block_id, elements: [line] };
}

function runningBlock({ running }: Card): KnownBlock[] {
  if (running === undefined) return [];
  const line = mrkdwnObject(text("▶️ Now running: ", ...running), limits.text);
  return [{ type: "context", block_id: "acr:running", elements: [line] }];
}

function contextBlock({ badges, regions }: Card): KnownBlock[] {
  const lines = [
    ...badges.map((badge) => text(badge)),
    ...(regions === undefined ? [] : [text("🌍 ", ...regions)]),
  ].slice(0, limits.contextElements);
  if (lines.length === 0) return [];
  const elements = lines.map((line) => mrkdwnObject(line, limits.text));
  return [{ type: "context", block_id: "acr:context", elements }];
}

/** The card without blocks: what is left when Slack will not have them. */
function cardText(card: Card): string {
  const lines = cardLines(card).map((line) => mrkdwn(line, limits.messageText / 4));
  return packLines(lines, limits.messageText)[0] ?? notificationText(card.summary, card.title);
}
