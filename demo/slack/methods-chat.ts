import { codePoints } from "./block-kit-check.ts";
import {
  acceptBlocks,
  compose,
  editMessage,
  longestUpdate,
  postAsBot,
  readMetadata,
  removeMessage,
  showPrivately,
  toApiMessage,
} from "./compose-message.ts";
import { getChannel, getJoinedChannel, getWritableChannel } from "./find-channel.ts";
import type { Methods } from "./method.ts";
import { findText, flag, getText } from "./read-arguments.ts";
import { SlackError } from "./slack-error.ts";
import type { SlackChannel, SlackMessage, SlackState } from "./state.ts";

function findMessage(channel: SlackChannel, ts: string): SlackMessage {
  const message = channel.messages.find((entry) => entry.ts === ts);
  if (message === undefined) throw new SlackError("message_not_found");
  return message;
}

function requireEditable(state: SlackState, message: SlackMessage): void {
  if (message.bot_id !== state.world.bot.botId) throw new SlackError("cant_update_message");
  const { editWindowSeconds, now } = state.world;
  const age = now() / 1000 - Number(message.ts);
  if (editWindowSeconds !== undefined && age > editWindowSeconds) throw new SlackError("edit_window_closed");
}

/** The chat.* methods. */
export const chatMethods: Methods = {
  "chat.postMessage": ({ state, args, scopes }) => {
    const channel = getWritableChannel(state, args, scopes);
    const composed = compose(state, args);
    const threadTs = findText(args, "thread_ts");
    const parent = channel.messages.find((message) => message.ts === threadTs);
    // Stricter than Slack, which may take a reply to nothing: a bot that sends one has mixed something up.
    if (threadTs !== undefined && parent === undefined) throw new SlackError("cannot_reply_to_message");
    const broadcast = parent !== undefined && flag(args, "reply_broadcast");
    const message = postAsBot(state, channel, composed, parent?.thread_ts ?? parent?.ts);
    if (broadcast) markBroadcast(state, channel, message);
    const shown = broadcast ? { ...message, subtype: "thread_broadcast" } : message;
    return { channel: channel.id, ts: message.ts, message: toApiMessage(state, shown, true) };
  },
  "chat.update": ({ state, args }) => {
    const channel = getJoinedChannel(state, args);
    const message = findMessage(channel, getText(args, "ts", "message_not_found"));
    requireEditable(state, message);
    if (channel.isArchived) throw new SlackError("is_archived");
    // Slack keeps what is not given: blocks, text and metadata; an empty list or {} takes them away.
    const text = typeof args.text === "string" ? args.text : message.text;
    const blocks = args.blocks === undefined ? message.blocks : acceptBlocks(state, args.blocks);
    const metadata = args.metadata === undefined ? message.metadata : readMetadata(args.metadata);
    if (args.text === undefined && args.blocks === undefined) throw new SlackError("no_text");
    if (text.trim() === "" && blocks.length === 0) throw new SlackError("no_text");
    if (codePoints(text) > longestUpdate) throw new SlackError("msg_too_long");
    const next = { text, blocks, ...(metadata === undefined ? {} : { metadata }) };
    const updated = editMessage(state, channel, message, next);
    return { channel: channel.id, ts: updated.ts, text, message: toApiMessage(state, updated, true) };
  },
  "chat.postEphemeral": ({ state, args }) => {
    const channel = getJoinedChannel(state, args);
    if (channel.isArchived) throw new SlackError("is_archived");
    const user = getText(args, "user", "user_not_in_channel");
    if (!channel.members.has(user)) throw new SlackError("user_not_in_channel");
    const composed = compose(state, args);
    const threadTs = findText(args, "thread_ts");
    if (threadTs === undefined)
      return { message_ts: showPrivately(state, { channel: channel.id, user }, composed).ts };
    // docs.slack.dev, chat.postEphemeral: "Ephemeral messages in threads are only shown if there is already an active
    // thread." It is accepted all the same.
    const isActive = channel.messages.some(({ ts, thread_ts }) => thread_ts === threadTs && ts !== threadTs);
    if (!isActive) return { message_ts: state.nextTs() };
    return {
      message_ts: showPrivately(state, { channel: channel.id, user, thread_ts: threadTs }, composed).ts,
    };
  },
  "chat.delete": ({ state, args }) => {
    const channel = getJoinedChannel(state, args);
    const message = findMessage(channel, getText(args, "ts", "message_not_found"));
    if (message.bot_id !== state.world.bot.botId) throw new SlackError("cant_delete_message");
    removeMessage(state, channel, message.ts);
    return { channel: channel.id, ts: message.ts };
  },
  "chat.getPermalink": ({ state, args }) => {
    const channel = getChannel(state, args);
    const message = findMessage(channel, getText(args, "message_ts", "message_not_found"));
    const path = `archives/${channel.id}/p${message.ts.replace(".", "")}`;
    const thread = message.thread_ts === undefined ? "" : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
    return {
      channel: channel.id,
      permalink: `https://${state.world.team.domain}.slack.com/${path}${thread}`,
    };
  },
};

function markBroadcast(state: SlackState, channel: SlackChannel, message: SlackMessage): void {
  const subtype = "thread_broadcast";
  channel.messages = channel.messages.map((entry) =>
    entry.ts === message.ts ? { ...entry, subtype } : entry,
  );
  state.changed();
}
