import { createHmac, randomBytes } from "node:crypto";
import { createConnectedBot } from "../shared/connected-bot.ts";
import { type Delivery as AnyDelivery, postToBot, type SignedRequest } from "../shared/post-to-bot.ts";
import type { SlackWorld } from "./options.ts";

/** What came back; its `error` is what Slack would tell the person. */
export type Delivery = AnyDelivery<"operation_timeout" | "dispatch_failed">;

/** How a signature may be spoiled: not ours, none, six minutes old, or dated six minutes ahead. */
export type Spoiled = "wrong" | "missing" | "stale" | "future";

type Bot = { readonly url: string; readonly signingSecret: string };

/** The way to the bot. */
export type BotConnection = {
  readonly connect: (bot: Bot) => void;
  readonly connected: () => boolean;
  readonly sign: (body: string, contentType: string, spoiled?: Spoiled) => SignedRequest;
  readonly send: (request: SignedRequest, extra?: Readonly<Record<string, string>>) => Promise<Delivery>;
};

/** The content type of interactions and slash commands. */
export const formType = "application/x-www-form-urlencoded";
// Slack's advice to receivers: refuse what is more than five minutes off.
const sixMinutes = 360;

/** Requests to `<url>/slack/events`, signed with v0 HMAC-SHA256, given up after the answer timeout. */
export function createBotConnection(world: SlackWorld): BotConnection {
  const { connect, connected, get } = createConnectedBot<Bot>("the Slack workspace");

  function sign(body: string, contentType: string, spoiled?: Spoiled): SignedRequest {
    const { signingSecret } = get();
    const offset = spoiled === "stale" ? -sixMinutes : spoiled === "future" ? sixMinutes : 0;
    const timestamp = String(Math.floor(world.wallClock() / 1000) + offset);
    const secret = spoiled === "wrong" ? randomBytes(16).toString("hex") : signingSecret;
    const digest = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
    return {
      headers: {
        "content-type": contentType,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": timestamp,
        ...(spoiled === "missing" ? {} : { "x-slack-signature": `v0=${digest}` }),
      },
      body,
    };
  }

  return {
    connect,
    connected,
    sign,
    send: ({ headers, body }, extra = {}) =>
      postToBot(
        new URL("/slack/events", get().url),
        { headers: { ...headers, ...extra }, body },
        { timeoutMs: world.answerTimeoutMs, late: "operation_timeout", failed: "dispatch_failed" },
      ),
  };
}
