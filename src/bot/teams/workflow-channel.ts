import { teamsLimits } from "../../cards/text/text-limits.ts";
import { ChatopsError } from "../../errors.ts";
import { addressOf } from "../../nouns/channel.ts";
import { neverSent } from "../../outgoing/never-sent.ts";
import type { ChannelPort, Content } from "../deliver/channel-port.ts";
import type { Pace } from "../pace.ts";
import { activityHash, adaptiveCardType, renderTeams } from "./connector/outgoing-activity.ts";
import { retryAfterMs } from "./connector/teams-errors.ts";

// learn.microsoft.com, "Limits and specifications": a Workflows post, envelope included.
const maxBodyBytes = 28_672;
const requestTimeoutMs = 10_000;

/**
 * A Teams Workflows URL: it takes posts and gives nothing back, so a card is posted once, never edited, and has links
 * but no other buttons. Its health says no more than "accepted". The addresses are secrets and stand in no message.
 */
export function createTeamsWorkflowChannel(deps: {
  readonly urls: () => Readonly<Record<string, string>>;
  readonly pace: Pace;
}): ChannelPort {
  return {
    kind: "teams-workflow",
    editable: false,
    searchable: false,
    // Power Automate's own limits are far above this; a channel is not to be flooded.
    pace: deps.pace,
    countedAs: (_call, channel) => [{ name: channel, rate: { burst: 1, everyMs: 1_000 } }],
    contentHash: (content) => activityHash(renderTeams(withoutActs(content), teamsLimits.workflowBytes)),
    post: async (message) => {
      const name = addressOf(message.channel);
      const urls = deps.urls();
      const url = Object.hasOwn(urls, name) ? urls[name] : undefined;
      if (url === undefined)
        throw new ChatopsError(
          "chat-channel-unavailable",
          `No Teams workflow "${name}" is configured (teams.workflows).`,
        );
      await send(url, name, workflowBody(message.content, message.plain === true));
      return {};
    },
    update: () => Promise.resolve(),
    findPosted: () => Promise.resolve({ kind: "unknown" }),
  };
}

/** The body of a post: at most 28,672 bytes, counted in UTF-16 as cards are and in UTF-8 as bodies are. */
function workflowBody(content: Content, plain: boolean): string {
  const shown = withoutActs(content);
  const body = bodyFor(shown, plain, teamsLimits.workflowBytes);
  // A character of at most two bytes in UTF-16 has at most three in UTF-8.
  return Buffer.byteLength(body) <= maxBodyBytes
    ? body
    : bodyFor(shown, plain, Math.floor((teamsLimits.workflowBytes * 2) / 3));
}

function bodyFor(content: Content, plain: boolean, maxBytes: number): string {
  const { card, fallbackText } = renderTeams(content, maxBytes);
  // Workflows shows nothing but cards, so even the plain form is one.
  const text = {
    type: "AdaptiveCard",
    version: "1.5",
    body: [{ type: "TextBlock", text: fallbackText, wrap: true }],
  };
  const shown = plain || card === undefined ? text : card;
  return JSON.stringify({
    type: "message",
    attachments: [{ contentType: adaptiveCardType, contentUrl: null, content: shown }],
  });
}

/** Nobody would answer a click there. */
function withoutActs(content: Content): Content {
  if (content.kind === "notice") {
    const { notice } = content;
    return { kind: "notice", notice: { ...notice, buttons: linksOf(notice.buttons) } };
  }
  return { kind: "card", card: { ...content.card, buttons: linksOf(content.card.buttons) } };
}

function linksOf<T extends { readonly kind: string }>(buttons: readonly T[]): readonly T[] {
  return buttons.filter(({ kind }) => kind === "link");
}

async function send(url: string, name: string, body: string): Promise<void> {
  const place = `the Teams workflow "${name}"`;
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
  } catch (error) {
    // What fetch throws names the address, which is a secret.
    if (neverSent(error))
      throw new ChatopsError("chat-later", `${place} could not be reached.`, { retryable: true });
    throw inDoubt(place);
  }
  await response.body?.cancel();
  if (response.ok) return;
  throw refusal(response, place);
}

function inDoubt(place: string): ChatopsError {
  return new ChatopsError("chat-in-doubt", `The answer of ${place} was lost.`, { retryable: true });
}

function refusal({ status, headers }: Response, place: string): ChatopsError {
  if (status === 429) {
    const pauseMs = retryAfterMs(headers.get("retry-after"));
    return new ChatopsError("chat-later", `${place} asked us to wait.`, {
      retryable: true,
      ...(pauseMs === undefined ? {} : { retryAfterMs: pauseMs }),
    });
  }
  if (status === 400 || status === 413)
    return new ChatopsError("chat-content-refused", `${place} refused the card (${status}).`);
  if (status >= 500) return inDoubt(place);
  return new ChatopsError(
    "chat-channel-unavailable",
    `${place} answered ${status}: it was turned off or deleted, or its address has changed. Make a new one.`,
  );
}
