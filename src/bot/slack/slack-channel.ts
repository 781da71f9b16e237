import type { WebClient } from "@slack/web-api";
import { addressOf } from "../../nouns/channel.ts";
import { type ChannelPort, type Found, hashOfShown, type OutgoingMessage } from "../deliver/channel-port.ts";
import type { Pace } from "../pace.ts";
import type { PatientCall } from "../patient-call.ts";
import type { HistoryRight } from "./history-right.ts";
import { renderSlack, slackBodyOf } from "./render-content.ts";
import { searchPatienceMs, slackCalls } from "./slack-calls.ts";
import { asSlackError, missingScopeOf } from "./slack-errors.ts";

/** How a post of ours is known again: only our own app's metadata of this type is looked at. */
const metadataEventType = "acr_chatops_message";
// A lost post is looked for among the messages of this time after it was sent, however many there are by now.
const windowSeconds = 10 * 60;
// Slack stamps messages by its own clock.
const clockSkewSeconds = 60;
// Slack may give fewer than asked for. So many pages hold more than a channel takes in that time.
const pageSize = 200;
const mostPages = 50;

interface Deps {
  readonly client: WebClient;
  readonly history: Pick<HistoryRight, "isGiven" | "refused">;
  readonly pace: Pace;
  readonly callPatiently: PatientCall;
}

/** Slack as a place for cards: post, edit, and find a post whose answer was lost. */
export function createSlackChannel(deps: Deps): ChannelPort {
  const { client, pace } = deps;
  return {
    kind: "slack",
    editable: true,
    get searchable() {
      return deps.history.isGiven();
    },
    pace,
    countedAs: (call, channel) => (call === "post" ? slackCalls.post(addressOf(channel)) : slackCalls.update),
    contentHash: (content) => hashOfShown(renderSlack(content)),
    post: async (message) => {
      const channel = addressOf(message.channel);
      const { ts } = await asSlackError("post", `channel ${channel}`, () =>
        client.chat.postMessage({
          channel,
          ...slackBodyOf(message),
          metadata: { event_type: metadataEventType, event_payload: { id: message.id } },
          parse: "none",
          link_names: false,
          unfurl_links: false,
          unfurl_media: false,
          ...threadOf(message),
        }),
      );
      return ts === undefined ? {} : { externalId: ts };
    },
    update: async (externalId, message) => {
      const channel = addressOf(message.channel);
      const body = { channel, ts: externalId, ...slackBodyOf(message) };
      await asSlackError("edit", `channel ${channel}`, () =>
        client.chat.update({ ...body, parse: "none", link_names: false }),
      );
    },
    findPosted: (message, since) =>
      deps.history.isGiven() && !isPerson(message)
        ? searchAllowed(deps, message, since)
        : Promise.resolve({ kind: "unknown" }),
  };
}

/** What is posted to a user's id goes into their own chat with the bot, whose id Slack alone knows. */
function isPerson({ channel }: OutgoingMessage): boolean {
  return /^[UW]/.test(addressOf(channel));
}

/** "Also send to the channel" is a flag of the post; the copy in the channel is edited with its original. */
function threadOf({ thread, isCall }: OutgoingMessage) {
  if (thread === undefined) return {};
  return isCall === true ? { thread_ts: thread, reply_broadcast: true } : { thread_ts: thread };
}

/** Without the right to read there nobody can know, and the message must not wait for it. */
async function searchAllowed(deps: Deps, message: OutgoingMessage, since: number): Promise<Found> {
  try {
    return await search(deps, message, since);
  } catch (error) {
    const scope = error instanceof Error ? missingScopeOf(error.cause) : undefined;
    if (scope === undefined) throw error;
    deps.history.refused(scope);
    return { kind: "unknown" };
  }
}

async function search(deps: Deps, message: OutgoingMessage, since: number): Promise<Found> {
  const { channel, thread } = { channel: addressOf(message.channel), thread: message.thread };
  const { history, replies } = deps.client.conversations;
  const oldest = String(since / 1_000 - clockSkewSeconds);
  const latest = String(since / 1_000 + windowSeconds);
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const more = cursor === undefined ? {} : { cursor };
    const where = { channel, oldest, latest, limit: pageSize, include_all_metadata: true, ...more };
    const ask = () => (thread === undefined ? history(where) : replies({ ...where, ts: thread }));
    const call = thread === undefined ? slackCalls.readHistory : slackCalls.readReplies;
    const { messages, response_metadata } = await deps.callPatiently(call, searchPatienceMs, () =>
      asSlackError("read", `channel ${channel}`, ask),
    );
    const ours = messages?.find(
      ({ metadata }) =>
        metadata?.event_type === metadataEventType && payloadId(metadata.event_payload) === message.id,
    );
    if (ours?.ts !== undefined) return { kind: "posted", externalId: ours.ts };
    cursor = response_metadata?.next_cursor;
    if (cursor === undefined || cursor === "") return { kind: "absent" };
  }
  return { kind: "unknown" };
}

function payloadId(payload: object | undefined): unknown {
  return payload !== undefined && "id" in payload ? payload.id : undefined;
}
