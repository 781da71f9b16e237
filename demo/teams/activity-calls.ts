import type { JsonObject } from "../shared/json-object.ts";
import { append } from "../shared/keep-recent.ts";
import { ConnectorError } from "./connector-error.ts";
import { findPlace, hasBot, splitConversationId } from "./find-place.ts";
import { readMessage } from "./read-message.ts";
import type { TeamsMessage, TeamsPlace, TeamsState } from "./state.ts";

/** A place where the bot may write. Throws `ConversationNotFound`, `BotNotInConversationRoster`, `MessageWritesBlocked`. */
export function getWritablePlace(state: TeamsState, conversation: string): TeamsPlace {
  const place = getPlace(state, conversation);
  const team = place.team === undefined ? undefined : state.teams.get(place.team);
  const isBlocked = place.kind === "personal" && [...place.members].some((id) => state.blocked.has(id));
  if (team?.isArchived === true || isBlocked) {
    throw new ConnectorError(
      403,
      "MessageWritesBlocked",
      "Write operations to the conversation are blocked.",
    );
  }
  return place;
}

/** A place that the bot may read. */
export function getPlace(state: TeamsState, conversation: string): TeamsPlace {
  const place = findPlace(state, conversation);
  const team = place?.team === undefined ? undefined : state.teams.get(place.team);
  if (place === undefined || place.isDeleted || team?.isDeleted === true) {
    throw new ConnectorError(404, "ConversationNotFound", "Conversation not found.");
  }
  if (!hasBot(state, place)) {
    const message = "The bot is not part of the conversation roster.";
    throw new ConnectorError(403, "BotNotInConversationRoster", message);
  }
  return place;
}

/** Posts: `;messageid=` in the conversation, or the activity of the path, is the thread. Gives the new id. */
export function sendActivity(
  state: TeamsState,
  conversation: string,
  activity: JsonObject,
  replyTo?: string,
): string {
  const place = getWritablePlace(state, conversation);
  // "Typing" lives for seconds and is no message.
  if (activity.type === "typing") return state.nextId();
  const content = readMessage(state, activity);
  const root = findRoot(place, splitConversationId(conversation).root ?? replyTo);
  const id = state.nextId();
  append(place, {
    id,
    ...(root === undefined ? {} : { replyToId: root }),
    from: state.facts.botId,
    ...content,
    edits: 0,
    at: state.facts.now(),
  });
  state.changed();
  return id;
}

/** Replaces the text and card of a message of the bot's own; what people saw of it alone is gone. */
export function updateActivity(
  state: TeamsState,
  conversation: string,
  id: string,
  activity: JsonObject,
): void {
  const place = getWritablePlace(state, conversation);
  const message = getOwnMessage(state, place, id);
  const { summary: _old, ...kept } = message;
  const edited = { ...kept, ...readMessage(state, activity), edits: message.edits + 1 };
  place.messages = place.messages.map((one) => (one.id === id ? edited : one));
  state.cardViews = state.cardViews.filter((view) => view.messageId !== id || view.conversation !== place.id);
  state.changed();
}

/** Removes a message of the bot's own. */
export function deleteActivity(state: TeamsState, conversation: string, id: string): void {
  const place = getWritablePlace(state, conversation);
  removeMessage(state, place, getOwnMessage(state, place, id).id);
}

/** Takes a message out of a place. */
export function removeMessage(state: TeamsState, place: TeamsPlace, id: string): void {
  place.messages = place.messages.filter((one) => one.id !== id);
  state.cardViews = state.cardViews.filter((view) => view.messageId !== id || view.conversation !== place.id);
  state.changed();
}

function getOwnMessage(state: TeamsState, place: TeamsPlace, id: string): TeamsMessage {
  const message = place.messages.find((one) => one.id === id);
  if (message === undefined) throw notFound();
  if (message.from !== state.facts.botId) {
    throw new ConnectorError(403, "NotEnoughPermissions", "The bot can change only its own messages.");
  }
  return message;
}

/**
 * The first message of the thread that this one is in. Chats have no threads: a reply there is a plain message, also
 * to the made-up id that botbuilder names after it opened a chat.
 */
function findRoot(place: TeamsPlace, id: string | undefined): string | undefined {
  if (id === undefined || place.kind !== "channel") return undefined;
  const message = place.messages.find((one) => one.id === id);
  if (message === undefined) throw notFound();
  return message.replyToId ?? message.id;
}

function notFound(): ConnectorError {
  return new ConnectorError(404, "ActivityNotFoundInConversation", "Conversation not found.");
}
