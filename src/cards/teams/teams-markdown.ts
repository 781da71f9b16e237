import type { Span, Text } from "../../nouns/text.ts";
import { fitText } from "../text/fit-text.ts";
import { safeUrl } from "../text/safe-url.ts";
import { isMoment, isoSeconds, utcText } from "../text/time-text.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { type Mentionable, mentionKey } from "./teams-people.ts";

/**
 * Text in the Markdown of TextBlocks and facts, at most `max` code points. Code has no form there: it is shown as
 * escaped text.
 */
export function teamsMarkdown(text: Text, max: number, people: Mentionable = new Map()): string {
  const rendered = fitText(text, max, (span) => renderSpan(span, people));
  return rendered.trim();
}

function renderSpan(span: Span, people: Mentionable): string {
  switch (span.kind) {
    case "plain":
    case "code":
      return escapeMarkdown(span.text);
    case "bold":
      return renderBold(span.text);
    case "time":
      return renderTime(span.at);
    case "link":
      return renderLink(span.text, span.url);
    case "person":
      return people.get(mentionKey(span))?.text ?? escapeMarkdown(span.who.name);
    case "role":
      return people.get(mentionKey(span))?.text ?? escapeMarkdown(span.name);
    default:
      return span satisfies never;
  }
}

function renderBold(text: string): string {
  const escaped = escapeMarkdown(text).trim();
  return escaped === "" ? "" : `**${escaped}**`;
}

// The viewer's own zone (learn.microsoft.com/adaptive-cards/create/textfeatures); fractions of a second are not read.
function renderTime(at: number): string {
  if (!isMoment(at)) return utcText(at);
  const iso = isoSeconds(at);
  return `{{DATE(${iso}, SHORT)}} {{TIME(${iso})}}`;
}

function renderLink(label: string, address: string): string {
  const url = safeUrl(address);
  const escaped = escapeMarkdown(label).trim();
  return url === undefined || escaped === "" ? escapeMarkdown(label) : `[${escaped}](${url})`;
}
