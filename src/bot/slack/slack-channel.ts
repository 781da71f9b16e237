import type { WebClient } from "@slack/web-api";
import { addressOf } from "../../nouns/channel.ts";
import { type ChannelPort, type Found, hashOfShown, type OutgoingMessage } from "../deliver/channel-port.ts";
import type { Pace } from "../pace.ts";
import type { PatientCall } from "../patient-call.ts";
import { renderSlack, slackBodyOf } from "./render-content.ts";
import { searchPatienceMs, slackCalls } from "./slack-calls.ts";
import { asSlackError } from "./slack-errors.ts";

/** How a post of ours is known again: only our own app's metadata of this type is looked at. */
const metadataEventType = "acr_chatops_message";
// Pages of history that are searched for a lost post; it is at most some seconds old, so the first nearly always has it.
const mostPages = 4;
const pageSize = 100;
// Slack stamps messages by its own clock.
const clockSkewSeconds = 60;

interface Deps {
  readonly client: WebClient;
  readonly history: boolean;
  readonly pace: Pace;
  readonly callPatiently: PatientCall;
}

/** Slack as a place for cards: post, edit, and find a post whose answer was lost. */
export function createSlackChannel(deps: Deps): ChannelPort {
  const { client, pace } = deps;
  return {
    kind: "slack",
    editable: true,
    searchable: deps.history,
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
      deps.history ? search(deps, message, since) : Promise.resolve({ kind: "unknown" }),
  };
}

/** "Also send to the channel" is a flag of the post; the copy in the channel is edited with its original. */
function threadOf({ thread, isCall }: OutgoingMessage) {
  if (thread === undefined) return {};
  return isCall === true ? { thread_ts: thread, reply_broadcast: true } : { thread_ts: thread };
}

async function search(deps: Deps, message: OutgoingMessage, since: number): Promise<Found> {
  const { channel, thread } = { channel: addressOf(message.channel), thread: message.thread };
  const { history, replies } = deps.client.conversations;
  const oldest = String(since / 1_000 - clockSkewSeconds);
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const more = cursor === undefined ? {} : { cursor };
    const where = { channel, oldest, limit: pageSize, include_all_metadata: true, ...more };
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
