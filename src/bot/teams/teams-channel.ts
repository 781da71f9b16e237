import { ChatopsError } from "../../errors.ts";
import { addressOf } from "../../nouns/channel.ts";
import type { Installation } from "../../nouns/installation.ts";
import type { ChannelPort, OutgoingMessage } from "../deliver/channel-port.ts";
import type { PaceRates } from "../deliver/pace.ts";
import type { TeamsConnector } from "./connector/connector.ts";
import { activityHash, activityOf, renderTeams } from "./connector/outgoing-activity.ts";
import type { FindPlace } from "./places/find-place.ts";

// Teams lets a bot do 7 operations a second, 8 in 2 s, 60 in 30 s and 1,800 an hour in one conversation, posts and
// edits together (learn.microsoft.com, "Optimize your bot with rate limiting"). This is 1,719 an hour at most; the rest
// is for private answers.
const operations = { burst: 5, everyMs: 2_100 };
export const teamsRates: PaceRates = { post: operations, update: operations, together: true };

/**
 * Teams as a place for cards. In a channel a card is a thread and replies stand in it; a chat has no threads, so what
 * would be a reply is a message. A post whose answer was lost cannot be looked for.
 */
export function createTeamsChannel(deps: {
  readonly connector: Pick<TeamsConnector, "startThread" | "send" | "update">;
  readonly findPlace: FindPlace;
}): ChannelPort {
  const { connector, findPlace } = deps;
  return {
    kind: "teams",
    editable: true,
    searchable: false,
    rates: teamsRates,
    contentHash: (content) => activityHash(renderTeams(content)),
    post: async (message) => {
      const place = await findPlace(addressOf(message.channel));
      const activity = bodyOf(message);
      const isThread = place.kind === "channel" && message.thread === undefined;
      const externalId = isThread
        ? await connector.startThread(place, place.id, activity)
        : await connector.send(place, conversationOf(place, message.thread), activity);
      return externalId === undefined ? {} : { externalId };
    },
    update: async (externalId, message) => {
      const place = await findPlace(addressOf(message.channel));
      const conversation = conversationOf(place, message.thread ?? externalId);
      const update = () => connector.update(place, conversation, externalId, bodyOf(message));
      try {
        await update();
      } catch (error) {
        // Teams sometimes answers 404 for no reason: it is believed the second time (platform-facts).
        if (!(error instanceof ChatopsError) || error.code !== "chat-message-gone") throw error;
        await update();
      }
    },
    findPosted: () => Promise.resolve({ kind: "unknown" }),
  };
}

function bodyOf(message: OutgoingMessage) {
  return activityOf(renderTeams(message.content), message.plain === true);
}

/** A thread of a channel is a conversation of its own; chats have none. */
function conversationOf({ id, kind }: Installation, thread: string | undefined): string {
  return kind === "channel" && thread !== undefined ? `${id};messageid=${thread}` : id;
}
