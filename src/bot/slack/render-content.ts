import { renderSlackCard, type SlackMessage } from "../../cards/slack/block-kit.ts";
import { renderSlackNotice } from "../../cards/slack/block-kit-notice.ts";
import type { Content, OutgoingMessage } from "../deliver/channel-port.ts";

/** Text and blocks of a message; no blocks where nothing fits, or where Slack refused them before. */
export function slackBodyOf(
  message: Pick<OutgoingMessage, "content" | "plain">,
): Pick<SlackMessage, "text" | "blocks"> {
  const { text, blocks, fallbackText } = renderSlack(message.content);
  if (message.plain === true || blocks.length === 0) return { text: fallbackText, blocks: [] };
  return { text, blocks };
}

/** A content as Slack shows it. */
export function renderSlack(content: Content): SlackMessage {
  return content.kind === "card" ? renderSlackCard(content.card) : renderSlackNotice(content.notice);
}
