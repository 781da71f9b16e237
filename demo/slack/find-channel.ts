import type { Arguments } from "./read-arguments.ts";
import { getText } from "./read-arguments.ts";
import { SlackError } from "./slack-error.ts";
import type { SlackChannel, SlackState } from "./state.ts";

/** The direct conversation of the bot with a person, opened if there was none. Throws `user_not_found`. */
export function openDirect(state: SlackState, userId: string): SlackChannel {
  if (!state.users.has(userId)) throw new SlackError("user_not_found");
  const known = [...state.channels.values()].find((channel) => channel.user === userId);
  if (known !== undefined) return known;
  const opened: SlackChannel = {
    id: state.nextId("D"),
    name: "",
    kind: "im",
    user: userId,
    isExtShared: false,
    members: new Set([userId, state.world.bot.userId]),
    isArchived: false,
    messages: [],
  };
  state.channels.set(opened.id, opened);
  return opened;
}

/**
 * The channel of a call that reads. Throws `channel_not_found`, also for a private channel where the bot is not:
 * Slack does not tell that it exists.
 */
export function getChannel(state: SlackState, args: Arguments): SlackChannel {
  const id = getText(args, "channel", "channel_not_found");
  const channel = state.channels.get(id);
  const hidden = channel?.kind === "group" && !channel.members.has(state.world.bot.userId);
  if (channel === undefined || hidden) throw new SlackError("channel_not_found");
  return channel;
}

/** The channel of a call where the bot must be a member: throws `not_in_channel` besides. */
export function getJoinedChannel(state: SlackState, args: Arguments): SlackChannel {
  const channel = getChannel(state, args);
  if (!channel.members.has(state.world.bot.userId)) throw new SlackError("not_in_channel");
  return channel;
}

/**
 * The channel of a call that writes: a person's id stands for the direct conversation with them. Throws
 * `is_archived` besides. `chat:write.public` lets a bot post to public channels that it has not joined.
 */
export function getWritableChannel(
  state: SlackState,
  args: Arguments,
  scopes: readonly string[],
): SlackChannel {
  const id = getText(args, "channel", "channel_not_found");
  if (/^[UW]/.test(id) && state.users.has(id)) return openDirect(state, id);
  const channel = getChannel(state, args);
  const outside = !channel.members.has(state.world.bot.userId);
  if (outside && !scopes.includes("chat:write.public")) throw new SlackError("not_in_channel");
  if (channel.isArchived) throw new SlackError("is_archived");
  return channel;
}
