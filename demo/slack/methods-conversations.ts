import type { JsonObject } from "../shared/json-object.ts";
import { toApiMessage } from "./compose-message.ts";
import { getChannel, getJoinedChannel, openDirect } from "./find-channel.ts";
import type { Methods } from "./method.ts";
import { pageThrough } from "./page-through.ts";
import type { Arguments } from "./read-arguments.ts";
import { findText, flag, getText, number } from "./read-arguments.ts";
import { SlackError } from "./slack-error.ts";
import type { SlackChannel, SlackMessage, SlackState } from "./state.ts";

const typeOf = { channel: "public_channel", group: "private_channel", im: "im" } as const;

function toApiChannel(state: SlackState, channel: SlackChannel): JsonObject {
  const shared = {
    id: channel.id,
    is_archived: channel.isArchived,
    is_im: channel.kind === "im",
    is_mpim: false,
    context_team_id: state.world.team.id,
  };
  if (channel.kind === "im") return { ...shared, user: channel.user };
  return {
    ...shared,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === "channel",
    is_group: channel.kind === "group",
    is_private: channel.kind === "group",
    is_member: channel.members.has(state.world.bot.userId),
    is_ext_shared: channel.isExtShared,
    is_shared: channel.isExtShared,
    num_members: channel.members.size,
  };
}

/** Timestamps compare as text only when both are of Slack's form; integer microseconds always do. */
function micros(ts: string): number {
  const [seconds = "0", fraction = ""] = ts.split(".");
  return Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

function within(message: SlackMessage, args: Arguments): boolean {
  const at = micros(message.ts);
  const oldest = micros(findText(args, "oldest") ?? "0");
  const latest = micros(findText(args, "latest") ?? "9999999999");
  if (flag(args, "inclusive")) return at >= oldest && at <= latest;
  return at > oldest && at < latest;
}

function show(state: SlackState, channel: SlackChannel, message: SlackMessage, args: Arguments): JsonObject {
  const replies = channel.messages.filter((entry) => entry.thread_ts === message.ts);
  const last = replies.at(-1);
  const thread =
    last === undefined ? {} : { thread_ts: message.ts, reply_count: replies.length, latest_reply: last.ts };
  return { ...toApiMessage(state, message, flag(args, "include_all_metadata")), ...thread };
}

/** The conversations.* methods that a bot of ours may use. */
export const conversationMethods: Methods = {
  "conversations.info": ({ state, args }) => ({ channel: toApiChannel(state, getChannel(state, args)) }),
  "conversations.list": ({ state, args }) => {
    const types = (findText(args, "types") ?? "public_channel").split(",").map((type) => type.trim());
    const { userId } = state.world.bot;
    const listed = [...state.channels.values()]
      .filter((channel) => types.includes(typeOf[channel.kind]))
      .filter((channel) => channel.kind === "channel" || channel.members.has(userId))
      .filter((channel) => !(flag(args, "exclude_archived") && channel.isArchived));
    const page = pageThrough(listed, args, 100);
    return { channels: page.items.map((channel) => toApiChannel(state, channel)), ...page.next };
  },
  "conversations.members": ({ state, args }) => {
    const page = pageThrough([...getChannel(state, args).members], args, 100);
    return { members: page.items, ...page.next };
  },
  "conversations.open": ({ state, args }) => {
    const users = getText(args, "users", "users_list_not_supplied").split(",");
    const [user] = users;
    if (user === undefined || users.length > 1) throw new SlackError("method_not_supported_for_channel_type");
    const alreadyOpen = [...state.channels.values()].some((channel) => channel.user === user);
    const channel = openDirect(state, user);
    state.changed();
    return { already_open: alreadyOpen, no_op: alreadyOpen, channel: { id: channel.id } };
  },
  "conversations.history": ({ state, args }) => {
    const channel = getJoinedChannel(state, args);
    const seen = channel.messages
      .filter((message) => message.thread_ts === undefined || message.subtype === "thread_broadcast")
      .filter((message) => within(message, args))
      .reverse();
    const page = pageThrough(seen, args, 100);
    const messages = page.items.map((message) => show(state, channel, message, args));
    return { messages, has_more: page.more, pin_count: 0, ...(page.more ? page.next : {}) };
  },
  "conversations.replies": ({ state, args }) => {
    const channel = getJoinedChannel(state, args);
    const ts = getText(args, "ts", "thread_not_found");
    const asked = channel.messages.find((message) => message.ts === ts);
    if (asked === undefined) throw new SlackError("thread_not_found");
    const root = asked.thread_ts ?? asked.ts;
    const limit = number(args, "limit", 1000);
    // The root always comes first, whatever the window is.
    const thread = channel.messages.filter(
      (message) => message.ts === root || (message.thread_ts === root && within(message, args)),
    );
    const page = pageThrough(thread, { ...args, limit: Math.min(limit, 999) }, 999);
    const messages = page.items.map((message) => show(state, channel, message, args));
    return { messages, has_more: page.more, ...(page.more ? page.next : {}) };
  },
};
