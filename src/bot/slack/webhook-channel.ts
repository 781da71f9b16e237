import { ChatopsError, describeError } from "../../errors.ts";
import { addressOf } from "../../nouns/channel.ts";
import type { ChannelPort } from "../deliver/channel-port.ts";
import type { Pace } from "../pace.ts";
import { slackBodyOf, slackContentHash } from "./render-content.ts";

const timeoutMs = 10_000;

/**
 * A Slack incoming webhook: it takes posts and gives nothing back, so a card is posted once and never edited. Its
 * health says no more than "accepted". The addresses are secrets and stand in no message of ours.
 */
export function createSlackWebhookChannel(deps: {
  readonly urls: () => Readonly<Record<string, string>>;
  readonly pace: Pace;
}): ChannelPort {
  return {
    kind: "slack-webhook",
    editable: false,
    searchable: false,
    pace: deps.pace,
    countedAs: (_call, channel) => [{ name: channel, rate: { burst: 1, everyMs: 1_000 } }],
    contentHash: slackContentHash,
    post: async (message) => {
      const name = addressOf(message.channel);
      const url = deps.urls()[name];
      if (url === undefined)
        throw new ChatopsError(
          "chat-channel-unavailable",
          `No Slack webhook "${name}" is configured (slack.webhooks).`,
        );
      const { text, blocks } = slackBodyOf(message);
      await send(url, name, blocks.length === 0 ? { text } : { text, blocks });
      return {};
    },
    update: () => Promise.resolve(),
    findPosted: () => Promise.resolve({ kind: "unknown" }),
  };
}

async function send(url: string, name: string, body: object): Promise<void> {
  const place = `the Slack webhook "${name}"`;
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new ChatopsError("chat-in-doubt", `The answer of ${place} was lost: ${describeError(error)}`, {
      retryable: true,
    });
  }
  await response.body?.cancel();
  if (response.ok) return;
  if (response.status === 429) {
    const seconds = Number(response.headers.get("retry-after") ?? "1");
    throw new ChatopsError("chat-later", `Slack asked us to wait for ${place}.`, {
      retryable: true,
      retryAfterMs: (Number.isFinite(seconds) ? seconds : 1) * 1_000,
    });
  }
  if (response.status === 400) throw new ChatopsError("chat-content-refused", `${place} refused the card.`);
  // 403 and 404: revoked, or the channel is gone or archived (docs.slack.dev, incoming webhooks).
  if (response.status === 403 || response.status === 404 || response.status === 410)
    throw new ChatopsError(
      "chat-channel-unavailable",
      `${place} was revoked, or its channel is gone: make a new one.`,
    );
  throw new ChatopsError("chat-later", `${place} answered ${response.status}.`, { retryable: true });
}
