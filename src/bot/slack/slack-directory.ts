import type { WebClient } from "@slack/web-api";
import type { KnownPrincipal, Membership, Principal } from "../../nouns/principal.ts";
import { present } from "../../present.ts";
import type { PatientCall } from "../patient-call.ts";
import type { Directory } from "../people.ts";
import type { SlackHome } from "./home.ts";
import { askPatienceMs, readPatienceMs, slackCalls } from "./slack-calls.ts";
import { asSlackError, errorStringOf } from "./slack-errors.ts";

type SlackUser = NonNullable<Awaited<ReturnType<WebClient["users"]["info"]>>["user"]>;

const nobodyHere = new Set(["user_not_found", "user_not_visible", "users_not_found"]);

/** Slack's people and user groups. User groups need a paid plan; without one a role names people. */
export function createSlackDirectory(deps: {
  readonly client: WebClient;
  readonly home: () => SlackHome | undefined;
  readonly callPatiently: PatientCall;
  readonly now: () => number;
}): Directory {
  const { client, callPatiently } = deps;
  return {
    platform: "slack",
    home: () => {
      const home = deps.home();
      return home === undefined ? undefined : { id: home.teamId, name: home.name };
    },
    readPrincipal: async (who): Promise<KnownPrincipal> => {
      const ask = () => client.users.info({ user: who.userId });
      try {
        const { user } = await callPatiently(slackCalls.readUser, askPatienceMs, () =>
          asSlackError("read", `user ${who.userId}`, ask),
        );
        const membership = user === undefined ? "unknown" : membershipOf(user, who, deps.home());
        const shown = { ...who, name: nameOf(user) ?? who.name, membership, readAt: deps.now() };
        return present({ ...shown, timeZone: user?.tz });
      } catch (error) {
        // Final, unlike other errors: nobody of that id is in our workspace.
        if (error instanceof Error && nobodyHere.has(errorStringOf(error.cause)))
          return { ...who, membership: "outsider", readAt: deps.now() };
        throw error;
      }
    },
    readGroup: async (groupId) => {
      const ask = () => client.usergroups.users.list({ usergroup: groupId });
      const { users } = await callPatiently(slackCalls.readGroup, readPatienceMs, () =>
        asSlackError("read", `user group ${groupId}`, ask),
      );
      return users ?? [];
    },
  };
}

function membershipOf(user: SlackUser, who: Principal, home: SlackHome | undefined): Membership {
  if (user.deleted === true) return "deactivated";
  if (user.is_bot === true) return "bot";
  if (home === undefined || who.tenant !== home.teamId || !isOfWorkspace(user, home)) return "outsider";
  if (user.is_restricted === true || user.is_ultra_restricted === true) return "guest";
  return "member";
}

/**
 * Whether Slack says that somebody is in our workspace. People of other companies can press buttons in channels that are
 * shared with them. On Enterprise Grid `team_id` is any one of somebody's workspaces, or missing: there it is the list
 * that counts, of our own organization alone.
 */
function isOfWorkspace(user: SlackUser, { teamId, enterpriseId }: SlackHome): boolean {
  if (user.is_stranger === true) return false;
  const organization = user.enterprise_user?.enterprise_id ?? user.enterprise_id;
  if (organization !== undefined && organization !== enterpriseId) return false;
  const teams = [...(user.enterprise_user?.teams ?? []), ...(user.teams ?? [])];
  return teams.length === 0 ? user.team_id === teamId : teams.includes(teamId);
}

function nameOf(user: SlackUser | undefined): string | undefined {
  // Others on the card's other platform know a person by the full name.
  const names = [user?.real_name, user?.profile?.display_name, user?.name];
  return names.find((name) => name !== undefined && name !== "");
}
