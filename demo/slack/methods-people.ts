import type { JsonObject } from "../shared/json-object.ts";
import type { Methods } from "./method.ts";
import type { SlackUser } from "./options.ts";
import { pageThrough } from "./page-through.ts";
import { getText } from "./read-arguments.ts";
import { SlackError } from "./slack-error.ts";
import { isOfTeam, type SlackState } from "./state.ts";

/**
 * A user as `users.info` shows it. Somebody of another workspace is a stranger only as long as no channel is shared with
 * them (docs.slack.dev, "User object"); on Enterprise Grid the workspaces that count stand in `enterprise_user`.
 */
export function toApiUser(state: SlackState, user: SlackUser): JsonObject {
  const team = user.team_id ?? state.world.team.id;
  const isMet = [...state.channels.values()].some(({ members }) => members.has(user.id));
  const realName = user.real_name ?? user.name;
  return {
    id: user.id,
    team_id: team,
    name: user.name,
    real_name: realName,
    deleted: user.deleted === true,
    is_bot: user.is_bot === true,
    is_app_user: false,
    is_restricted: user.is_restricted === true || user.is_ultra_restricted === true,
    is_ultra_restricted: user.is_ultra_restricted === true,
    is_admin: false,
    is_owner: false,
    ...(isOfTeam(state.world, user) ? {} : { is_stranger: !isMet }),
    ...enterpriseOf(state, user),
    tz: "Europe/Stockholm",
    profile: { real_name: realName, display_name: user.name, team },
  };
}

function enterpriseOf({ world }: SlackState, { id, enterprise }: SlackUser): JsonObject {
  if (enterprise === undefined) return {};
  const name = enterprise.id === world.enterprise?.id ? world.enterprise.name : "Another organization";
  const names = { enterprise_id: enterprise.id, enterprise_name: name };
  return {
    enterprise_user: { id, ...names, is_admin: false, is_owner: false, teams: [...enterprise.teams] },
  };
}

function botAsUser(state: SlackState): SlackUser {
  return { id: state.world.bot.userId, name: state.world.bot.name, is_bot: true };
}

function requirePaidPlan(state: SlackState): void {
  if (!state.world.paidPlan) throw new SlackError("plan_upgrade_required");
}

/** auth.test, users.* and usergroups.*. */
export const peopleMethods: Methods = {
  "auth.test": ({ state }) => {
    const { team, bot, enterprise, isOrgInstall } = state.world;
    return {
      url: `https://${team.domain}.slack.com/`,
      team: isOrgInstall ? enterprise?.name : team.name,
      user: bot.name,
      team_id: isOrgInstall ? enterprise?.id : team.id,
      ...(enterprise === undefined ? {} : { enterprise_id: enterprise.id }),
      user_id: bot.userId,
      bot_id: bot.botId,
      is_enterprise_install: isOrgInstall,
    };
  },
  "users.info": ({ state, args }) => {
    const id = getText(args, "user", "user_not_found");
    const user = id === state.world.bot.userId ? botAsUser(state) : state.users.get(id);
    if (user === undefined) throw new SlackError("user_not_found");
    return { user: toApiUser(state, user) };
  },
  "users.list": ({ state, args }) => {
    const home = [...state.users.values()].filter((user) => isOfTeam(state.world, user));
    const page = pageThrough([...home, botAsUser(state)], args, 200);
    return { members: page.items.map((user) => toApiUser(state, user)), ...page.next };
  },
  "usergroups.list": ({ state }) => {
    requirePaidPlan(state);
    const { groups, team } = state.world;
    const usergroups = groups.map((group) => ({
      id: group.id,
      team_id: team.id,
      is_usergroup: true,
      handle: group.handle,
      name: group.handle,
      date_delete: 0,
      user_count: group.users.length,
    }));
    return { usergroups };
  },
  "usergroups.users.list": ({ state, args }) => {
    requirePaidPlan(state);
    const id = getText(args, "usergroup", "no_such_subteam");
    const group = state.world.groups.find((entry) => entry.id === id);
    if (group === undefined) throw new SlackError("no_such_subteam");
    return { users: group.users };
  },
};
