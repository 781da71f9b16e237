import type { WebhookKind } from "../deliver/webhook-channel.ts";
import { slackBodyOf } from "./render-content.ts";

/** An incoming webhook of Slack. */
export const slackWebhook: WebhookKind = {
  kind: "slack-webhook",
  noun: "Slack webhook",
  setting: "slack.webhooks",
  bodyOf: (content, plain) => {
    const { text, blocks } = slackBodyOf({ content, plain });
    return JSON.stringify(blocks.length === 0 ? { text } : { text, blocks });
  },
};
