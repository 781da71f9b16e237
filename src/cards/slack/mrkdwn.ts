import type { Span, Text } from "../../nouns/text.ts";
import { fitText } from "../text/fit-text.ts";
import { safeUrl } from "../text/safe-url.ts";
import { isMoment, utcText } from "../text/time-text.ts";
import { escapeEntities, slackBold, slackCode, slackLabel, slackText } from "./escape-slack.ts";

/** Text in Slack's mrkdwn, at most `max` code points; hostile text in it formats, mentions and links nothing. */
export function mrkdwn(text: Text, max: number): string {
  return fitText(text, max, renderSpan);
}

function renderSpan(span: Span): string {
  switch (span.kind) {
    case "plain":
      return slackText(span.text);
    case "bold":
      return slackBold(span.text);
    case "code":
      return slackCode(span.text);
    case "time":
      return renderTime(span.at);
    case "link":
      return renderLink(span.text, span.url);
    case "person":
      return renderPerson(span.who);
    case "role":
      return renderRole(span);
    default:
      return span satisfies never;
  }
}

function renderTime(at: number): string {
  if (!isMoment(at)) return utcText(at);
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} at {time}|${utcText(at)}>`;
}

function renderLink(label: string, address: string): string {
  const url = safeUrl(address);
  const shownLabel = slackLabel(label);
  return url === undefined || shownLabel === "" ? slackText(label) : `<${escapeEntities(url)}|${shownLabel}>`;
}

function renderPerson(who: Extract<Span, { kind: "person" }>["who"]): string {
  return who.platform === "slack" && /^[UW][A-Z0-9]+$/.test(who.userId)
    ? `<@${who.userId}>`
    : slackText(who.name);
}

// A person, or a user group (docs.slack.dev, "Formatting message text": mentioning groups). Anything else is only named.
function renderRole({ name, slack = "" }: Extract<Span, { kind: "role" }>): string {
  if (/^[UW][A-Z0-9]+$/.test(slack)) return `<@${slack}>`;
  return /^S[A-Z0-9]+$/.test(slack) ? `<!subteam^${slack}>` : slackText(name);
}
