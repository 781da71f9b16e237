import type { JsonObject } from "../shared/json-object.ts";
import { keepRecent } from "../shared/keep-recent.ts";
import type { SignedRequest } from "../shared/post-to-bot.ts";
import { VerbError } from "../shared/verb-error.ts";
import type { SlackUser } from "./options.ts";
import type { BotConnection, Delivery, Spoiled } from "./send-to-bot.ts";
import { formType } from "./send-to-bot.ts";
import type { SlackChannel, SlackState } from "./state.ts";

/** How a request may differ from what Slack itself would send: for tests of the bot's own checks. */
export type Forgery = {
  /** The `team.id` or `team_id` of the payload, when it is not this workspace's. */
  readonly teamId?: string;
  /** What the payload says of the person's own workspace, when it is not what the directory says. */
  readonly userTeamId?: string;
  readonly spoiled?: Spoiled;
};

/** The user, or a `no_such_user` error. */
export function getUser(state: SlackState, id: string): SlackUser {
  const user = state.users.get(id);
  if (user === undefined) throw new VerbError("no_such_user", id);
  return user;
}

/** The channel, when this person can see it. */
export function getSeenChannel(state: SlackState, id: string, user: SlackUser): SlackChannel {
  const channel = state.channels.get(id);
  if (channel === undefined) throw new VerbError("no_such_channel", id);
  if (!channel.members.has(user.id)) throw new VerbError("no_such_channel", `${id} for ${user.id}`);
  return channel;
}

/** The team that a person belongs to: ours, or another one's in Slack Connect. */
export function teamOf(state: SlackState, user: SlackUser): string {
  return user.team_id ?? state.world.team.id;
}

/** The parts that every interaction payload has. */
export function envelope(state: SlackState, user: SlackUser, forgery: Forgery): JsonObject {
  const { team, bot } = state.world;
  return {
    team: { id: forgery.teamId ?? team.id, domain: team.domain },
    user: {
      ...{ id: user.id, username: user.name, name: user.name },
      team_id: forgery.userTeamId ?? teamOf(state, user),
    },
    api_app_id: bot.appId,
    // Slack's old verification token; nobody should look at it.
    token: "verification-token-unused",
    enterprise: forgery.teamId === undefined ? (state.world.enterprise ?? null) : null,
    is_enterprise_install: false,
  };
}

/** An interaction as the form field `payload`, signed. */
export function signInteraction(bot: BotConnection, payload: JsonObject, forgery: Forgery): SignedRequest {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return bot.sign(body, formType, forgery.spoiled);
}

/** Shows the person a platform error, as Slack does when the bot is late or answers anything but 2xx. */
export function noteFailure(
  state: SlackState,
  where: { readonly user: string; readonly channel?: string },
  what: string,
  delivery: Delivery,
): void {
  if (delivery.error === undefined) return;
  addNotice(state, where, delivery.error, `${what}: HTTP ${delivery.status} after ${delivery.tookMs} ms`);
}

/** Shows the person an error of the platform's own. */
export function addNotice(
  state: SlackState,
  where: { readonly user: string; readonly channel?: string },
  error: string,
  detail: string,
): void {
  state.notices = keepRecent(state.notices, { ...where, error, detail, at: state.world.now() });
  state.changed();
}
