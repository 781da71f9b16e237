import type { CardElementArray, IAdaptiveCard } from "@microsoft/teams.cards";
import type { Notice } from "../../nouns/card.ts";
import { type Text, text } from "../../nouns/text.ts";
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
  return {
    summary: summaryText(first),
    ...(isWithin(card, maxBytes) ? { card } : {}),
    fallbackText: teamsMarkdown(text(first), limits.text),
  };
}

function noticeCard(notice: Notice, count: number): IAdaptiveCard {
  const people = mentionable(notice.lines);
  const left = notice.lines.length - count;
  const lines: readonly Text[] =
    left === 0 ? notice.lines : [...notice.lines.slice(0, count), text(`… and ${left} more lines`)];
  const headed = notice.title === undefined ? withIcon(notice.icon, lines) : lines;
  const body: CardElementArray = [
    ...(notice.title === undefined
      ? []
      : [
          textBlock(teamsMarkdown(text(`${notice.icon} ${notice.title}`), limits.title), {
            weight: "Bolder",
            color: colours[notice.tone],
          }),
        ]),
    ...headed.map((line) => textBlock(teamsMarkdown(line, limits.text, people), { spacing: "Small" })),
    ...actionSets(notice.buttons),
  ];
  return adaptiveCard(body, summaryText(notice.title ?? "", plainLine(notice.lines[0] ?? [])), people);
}

function withIcon(icon: string, lines: readonly Text[]): readonly Text[] {
  const [first, ...rest] = lines;
  return [text(`${icon} `, ...(first ?? [])), ...rest];
}
