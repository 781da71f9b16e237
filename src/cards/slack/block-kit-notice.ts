import type { KnownBlock } from "@slack/types";
import type { Notice } from "../../nouns/card.ts";
import { bold, type Text, text } from "../../nouns/text.ts";
import { plainLine } from "../text/plain-line.ts";
import { slackLimits as limits } from "../text/text-limits.ts";
import { isWithinMessage, notificationText, type SlackMessage } from "./block-kit.ts";
import { buttonBlocks } from "./block-kit-buttons.ts";
import { mrkdwn } from "./mrkdwn.ts";
import { packLines, sectionsOf } from "./slack-text-object.ts";

/** A notice as a Slack message within every limit: what does not fit is left out at the end, and says so. */
export function renderSlackNotice(notice: Notice): SlackMessage {
  const lines = linesOf(notice).map((line) => mrkdwn(line, limits.text));
  const buttons = buttonBlocks(notice.buttons);
  let count = lines.length;
  let blocks = noticeBlocks(lines, count, buttons);
  while (count > 1 && !isWithinMessage(blocks)) {
    count = Math.floor(count * 0.8);
    blocks = noticeBlocks(lines, count, buttons);
  }
  return {
    text: notificationText(plainLine(linesOf(notice)[0] ?? [])),
    blocks: isWithinMessage(blocks) ? blocks : [],
    fallbackText: packLines(lines, limits.messageText)[0] ?? notificationText(notice.icon),
  };
}

function linesOf({ title, icon, lines }: Notice): readonly Text[] {
  const [first, ...rest] = lines;
  if (title !== undefined) return [text(`${icon} `, bold(title)), ...lines];
  return [text(`${icon} `, first), ...rest];
}

function noticeBlocks(lines: readonly string[], count: number, buttons: readonly KnownBlock[]): KnownBlock[] {
  const left = lines.length - count;
  const shownLines = left === 0 ? lines : [...lines.slice(0, count), `… and ${left} more lines`];
  return [...sectionsOf(shownLines, "acr:lines"), ...buttons];
}
