import type { JsonObject } from "../shared/json-object.ts";
import { VerbError } from "../shared/verb-error.ts";
import { getUser } from "./actor.ts";
import { removeMessage } from "./compose-message.ts";
import type { EventDelivery } from "./events.ts";
import type { BotConnection } from "./send-to-bot.ts";
import type { SlackChannel, SlackState } from "./state.ts";

type SendEvent = (type: string, payload: JsonObject) => Promise<EventDelivery>;

/** What admins and members do to channels and to the app; each tells the bot by its event if one is connected. */
export function createLifecycle(deps: {
  readonly state: SlackState;
  readonly bot: BotConnection;
  readonly event: SendEvent;
}) {
  const { state, bot } = deps;

  function get(id: string): SlackChannel {
    const channel = state.channels.get(id);
    if (channel === undefined) throw new VerbError("no_such_channel", id);
    return channel;
  }

  async function tell(type: string, payload: JsonObject): Promise<EventDelivery | undefined> {
    state.changed();
    return bot.connected() ? deps.event(type, payload) : undefined;
  }

  return {
    archiveChannel(id: string, user: string): Promise<EventDelivery | undefined> {
      const channel = get(id);
      channel.isArchived = true;
      const type = channel.kind === "group" ? "group_archive" : "channel_archive";
      return tell(type, { channel: id, user: getUser(state, user).id, is_moved: 0 });
    },
    unarchiveChannel(id: string, user: string): Promise<EventDelivery | undefined> {
      const channel = get(id);
      channel.isArchived = false;
      const type = channel.kind === "group" ? "group_unarchive" : "channel_unarchive";
      return tell(type, { channel: id, user: getUser(state, user).id });
    },
    /** Somebody removes the bot from a channel. */
    removeBot(id: string): Promise<EventDelivery | undefined> {
      const channel = get(id);
      channel.members.delete(state.world.bot.userId);
      return tell(channel.kind === "group" ? "group_left" : "channel_left", { channel: id });
    },
    /** Somebody invites the bot to a channel. */
    inviteBot(id: string, inviter: string): Promise<EventDelivery | undefined> {
      const channel = get(id);
      channel.members.add(state.world.bot.userId);
      return tell("member_joined_channel", {
        user: state.world.bot.userId,
        channel: id,
        channel_type: channel.kind === "group" ? "G" : "C",
        team: state.world.team.id,
        inviter,
      });
    },
    /** An admin deletes a message; the bot, which does not subscribe to messages, hears nothing. */
    deleteMessage(id: string, ts: string): void {
      removeMessage(state, get(id), ts);
    },
    /** The app is removed from the workspace: its token is dead from then on. */
    uninstall(): Promise<EventDelivery | undefined> {
      state.refusal = "account_inactive";
      return tell("app_uninstalled", {});
    },
    /** The bot's token is revoked: refused with `token_revoked` from then on. */
    revokeToken(): Promise<EventDelivery | undefined> {
      state.refusal = "token_revoked";
      return tell("tokens_revoked", { tokens: { oauth: [], bot: [state.world.bot.userId] } });
    },
  };
}
