import { ChatopsError } from "../../errors.ts";
import { addressOf, type ChannelId, type ChannelKind } from "../../nouns/channel.ts";
import {
  createGuardedClient,
  type GuardedClient,
  type OutgoingAnswer,
} from "../../outgoing/guarded-client.ts";
import { neverSent } from "../../outgoing/never-sent.ts";
import { retryAfterOf } from "../../outgoing/retry-after.ts";
import type { Pace } from "../pace.ts";
import { type ChannelPort, type Content, hashOfShown } from "./channel-port.ts";

const timeoutMs = 10_000;
// Slack: one a second. Power Automate's own limits are far above this; a channel is not to be flooded.
const rate = { burst: 1, everyMs: 1_000 };

/** What is different from one kind of webhook to the next. */
export interface WebhookKind {
  readonly kind: ChannelKind;
  /** How people call one. */
  readonly noun: string;
  /** Where the configuration has their addresses. */
  readonly setting: string;
  /** The body of a post; `plain`: text alone. */
  bodyOf(content: Content, plain: boolean): string;
}

/**
 * An address that takes posts and gives nothing back, so a card is posted once and never edited. Its health says no more
 * than "accepted". The addresses are secrets and stand in no message of ours.
 */
export function createWebhookChannel(
  webhook: WebhookKind,
  deps: {
    readonly urls: () => Readonly<Record<string, string>>;
    readonly pace: Pace;
    readonly now: () => number;
  },
): ChannelPort {
  const client = createGuardedClient({ privateNetwork: true, timeoutMs });
  return {
    kind: webhook.kind,
    channels: () => Object.keys(deps.urls()).map((name): ChannelId => `${webhook.kind}:${name}`),
    editable: false,
    searchable: false,
    pace: deps.pace,
    countedAs: (_call, channel) => [{ name: channel, rate }],
    contentHash: (content) => hashOfShown(webhook.bodyOf(content, false)),
    post: async ({ channel, content, plain }) => {
      const name = addressOf(channel);
      const place = `the ${webhook.noun} "${name}"`;
      const urls = deps.urls();
      const url = Object.hasOwn(urls, name) ? urls[name] : undefined;
      if (url === undefined)
        throw new ChatopsError("chat-channel-unavailable", `No ${place.slice(4)} is in ${webhook.setting}.`);
      const answer = await send(client, url, place, webhook.bodyOf(content, plain === true));
      if (answer.status < 200 || answer.status > 299) throw refusal(answer, place, deps.now());
      return {};
    },
    update: () => Promise.resolve(),
    findPosted: () => Promise.resolve({ kind: "unknown" }),
  };
}

async function send(
  client: GuardedClient,
  url: string,
  place: string,
  body: string,
): Promise<OutgoingAnswer> {
  const headers = { "Content-Type": "application/json" };
  const request = { method: "POST", url, headers, body, redirects: "never", keep: "nothing" } as const;
  try {
    return await client.send(request, new AbortController().signal);
  } catch (error) {
    // What the client throws names the address.
    throw neverSent(error) ? later(`${place} could not be reached.`) : inDoubt(place);
  }
}

function refusal({ status, headers }: OutgoingAnswer, place: string, now: number): ChatopsError {
  if (status === 429) return later(`${place} asked us to wait.`, retryAfterOf(headers["retry-after"], now));
  if (status === 400 || status === 413)
    return new ChatopsError("chat-content-refused", `${place} refused the card (${status}).`);
  // A redirect is the answer of something in between too.
  if (status >= 500 || status < 400) return inDoubt(place);
  // Slack: 403 and 404 for a webhook that was revoked, 410 for a channel that was archived.
  if (![401, 403, 404, 410].includes(status))
    return new ChatopsError("chat-answer-unknown", `${place} answered ${status}.`);
  return new ChatopsError(
    "chat-channel-unavailable",
    `${place} answered ${status}: it was revoked, turned off or deleted, or its channel is gone. Make a new one.`,
  );
}

function inDoubt(place: string): ChatopsError {
  return new ChatopsError("chat-in-doubt", `The answer of ${place} was lost.`);
}

function later(message: string, retryAfterMs?: number): ChatopsError {
  return new ChatopsError("chat-later", message, { retryAfterMs });
}
