import type { TeamsActions } from "../../cards/teams/submit-card.ts";
import { ChatopsError } from "../../errors.ts";
import { addressOf } from "../../nouns/channel.ts";
import type { Installation } from "../../nouns/installation.ts";
import { type ChannelPort, hashOfShown, type OutgoingMessage } from "../deliver/channel-port.ts";
import type { Pace } from "../pace.ts";
import type { TeamsConnector } from "./connector/connector.ts";
import { activityOf, renderTeams } from "./connector/outgoing-activity.ts";
import type { FindPlace } from "./places/find-place.ts";
import { teamsCalls } from "./teams-calls.ts";

/**
 * Teams as a place for cards. In a channel a card is a thread and replies stand in it; a chat has no threads, so what
 * would be a reply is a message. A post whose answer was lost cannot be looked for.
 */
export function createTeamsChannel(deps: {
  readonly connector: Pick<TeamsConnector, "startThread" | "send" | "update">;
  readonly findPlace: FindPlace;
  readonly pace: Pace;
  readonly actions: TeamsActions;
}): ChannelPort {
  const { connector, findPlace, pace, actions } = deps;
  return {
    kind: "teams",
    editable: true,
    searchable: false,
    pace,
    countedAs: (_call, channel) => teamsCalls.write(addressOf(channel)),
    contentHash: (content) => hashOfShown(renderTeams(content, { actions })),
    post: async (message) => {
      const place = await findPlace(addressOf(message.channel));
      const activity = bodyOf(message, actions);
      const isThread = place.kind === "channel" && message.thread === undefined;
      const externalId = isThread
        ? await connector.startThread(place, place.id, activity)
        : await connector.send(place, conversationOf(place, message.thread), activity);
      return externalId === undefined ? {} : { externalId };
    },
    update: async (externalId, message) => {
      const place = await findPlace(addressOf(message.channel));
      const conversation = conversationOf(place, message.thread ?? externalId);
      const update = () => connector.update(place, conversation, externalId, bodyOf(message, actions));
      try {
        await update();
      } catch (error) {
        // Teams sometimes answers 404 for no reason: it is believed the second time (platform-facts).
        if (!(error instanceof ChatopsError) || error.code !== "chat-message-gone") throw error;
        await pace.take(teamsCalls.write(addressOf(message.channel)), "person");
        await update();
      }
    },
    findPosted: () => Promise.resolve({ kind: "unknown" }),
  };
}

function bodyOf(message: OutgoingMessage, actions: TeamsActions) {
  return activityOf(renderTeams(message.content, { actions }), message.plain === true);
}

/** A thread of a channel is a conversation of its own; chats have none. */
function conversationOf({ id, kind }: Installation, thread: string | undefined): string {
  return kind === "channel" && thread !== undefined ? `${id};messageid=${thread}` : id;
}
