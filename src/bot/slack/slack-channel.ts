import type { WebClient } from "@slack/web-api";
import { addressOf } from "../../nouns/channel.ts";
import type { ChannelPort, Found, OutgoingMessage } from "../deliver/channel-port.ts";
import type { PaceRates } from "../deliver/pace.ts";
import { slackBodyOf, slackContentHash } from "./render-content.ts";
import { slackError } from "./slack-errors.ts";

// chat.postMessage: about one a second for each channel; chat.update: tier 3, 50 a minute for all channels together
// (docs.slack.dev, rate limits). The burst leaves room for what else the workspace's app sends.
export const slackRates: PaceRates = {
  post: { burst: 1, everyMs: 1_000 },
  update: { burst: 20, everyMs: 1_200 },
};
/** How a post of ours is known again: only our own app's metadata of this type is looked at. */
const metadataEventType = "acr_chatops_message";
// Pages of history that are searched for a lost post; it is at most some seconds old, so the first nearly always has it.
const mostPages = 5;
const pageSize = 100;
// Slack stamps messages by its own clock.
const clockSkewSeconds = 60;

/** Slack as a place for cards: post, edit, and find a post whose answer was lost. */
export function createSlackChannel(deps: {
  readonly client: WebClient;
  readonly history: boolean;
}): ChannelPort {
  const { client } = deps;
  return {
    kind: "slack",
    editable: true,
    searchable: deps.history,
    rates: slackRates,
    contentHash: slackContentHash,
    post: async (message) => {
      const channel = addressOf(message.channel);
      try {
        const answer = await client.chat.postMessage({
          channel,
          ...slackBodyOf(message),
          metadata: { event_type: metadataEventType, event_payload: { id: message.id } },
          parse: "none",
          link_names: false,
          unfurl_links: false,
          unfurl_media: false,
          ...threadOf(message),
        });
        return answer.ts === undefined ? {} : { externalId: answer.ts };
      } catch (error) {
        throw slackError(error, "post", `channel ${channel}`);
      }
    },
    update: async (externalId, message) => {
      const channel = addressOf(message.channel);
      try {
        await client.chat.update({
          channel,
          ts: externalId,
          ...slackBodyOf(message),
          parse: "none",
          link_names: false,
        });
      } catch (error) {
        throw slackError(error, "edit", `channel ${channel}`);
      }
    },
    findPosted: (message, since) =>
      deps.history ? search(client, message, since) : Promise.resolve({ kind: "unknown" }),
  };
}

/** "Also send to the channel" is a flag of the post; the copy in the channel is edited with its original. */
function threadOf({ thread, isCall }: OutgoingMessage) {
  if (thread === undefined) return {};
  return isCall === true ? { thread_ts: thread, reply_broadcast: true } : { thread_ts: thread };
}

async function search(client: WebClient, message: OutgoingMessage, since: number): Promise<Found> {
  const channel = addressOf(message.channel);
  const oldest = String(since / 1_000 - clockSkewSeconds);
  let cursor: string | undefined;
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const where = {
        channel,
        oldest,
        limit: pageSize,
        include_all_metadata: true,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const answer =
        message.thread === undefined
          ? await client.conversations.history(where)
          : await client.conversations.replies({ ...where, ts: message.thread });
      const ours = answer.messages?.find(
        ({ metadata }) =>
          metadata?.event_type === metadataEventType && payloadId(metadata.event_payload) === message.id,
      );
      if (ours?.ts !== undefined) return { kind: "posted", externalId: ours.ts };
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") return { kind: "absent" };
    }
    return { kind: "unknown" };
  } catch (error) {
    throw slackError(error, "read", `channel ${channel}`);
  }
}

function payloadId(payload: object | undefined): unknown {
  return payload !== undefined && "id" in payload ? payload.id : undefined;
}
