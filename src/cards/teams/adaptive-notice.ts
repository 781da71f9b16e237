import type { CardElementArray, IAdaptiveCard } from "@microsoft/teams.cards";
import type { Notice } from "../../nouns/card.ts";
import { type Text, text } from "../../nouns/text.ts";
import { present } from "../../present.ts";
import { plainLine } from "../text/plain-line.ts";
import { teamsLimits as limits } from "../text/text-limits.ts";
import { adaptiveCard, isWithin, summaryText, type TeamsMessage } from "./adaptive-card.ts";
import { actionSets, colours, textBlock } from "./adaptive-elements.ts";
import { teamsMarkdown } from "./teams-markdown.ts";
import { mentionable } from "./teams-people.ts";

/** A notice as Adaptive Card 1.5: what does not fit is left out at the end, and says so. */
export function renderTeamsNotice(notice: Notice, maxBytes: number = limits.messageBytes): TeamsMessage {
  let count = notice.lines.length;
  let card = noticeCard(notice, count);
  while (count > 1 && !isWithin(card, maxBytes)) {
    count = Math.floor(count * 0.8);
    card = noticeCard(notice, count);
  }
  const first = plainLine(text(`${notice.icon} ${notice.title ?? plainLine(notice.lines[0] ?? [])}`));
  const fallbackText = teamsMarkdown(text(first), limits.text);
  const fitting = isWithin(card, maxBytes) ? card : undefined;
  return present({ summary: summaryText(first), card: fitting, fallbackText });
}

function noticeCard(notice: Notice, count: number): IAdaptiveCard {
  const people = mentionable(notice.lines);
  const left = notice.lines.length - count;
  const lines: readonly Text[] =
    left === 0 ? notice.lines : [...notice.lines.slice(0, count), text(`… and ${left} more lines`)];
  const { icon, title, tone, buttons } = notice;
  const head = teamsMarkdown(text(`${icon} ${title}`), limits.title);
  const loud = { weight: "Bolder", color: colours[tone] } as const;
  const body: CardElementArray = [
    ...(title === undefined ? [] : [textBlock(head, loud)]),
    ...(title === undefined ? withIcon(icon, lines) : lines).map((line) =>
      textBlock(teamsMarkdown(line, limits.text, people), { spacing: "Small" }),
    ),
    ...actionSets(buttons),
  ];
  return adaptiveCard(body, summaryText(title ?? "", plainLine(notice.lines[0] ?? [])), people);
}

function withIcon(icon: string, lines: readonly Text[]): readonly Text[] {
  const [first, ...rest] = lines;
  return [text(`${icon} `, first), ...rest];
}
