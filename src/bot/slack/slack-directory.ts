import type { WebClient } from "@slack/web-api";
import type { KnownPrincipal, Membership, Principal } from "../../nouns/principal.ts";
import type { Directory } from "../people.ts";
import type { SlackHome } from "./home.ts";
import { errorStringOf, slackError } from "./slack-errors.ts";

type SlackUser = NonNullable<Awaited<ReturnType<WebClient["users"]["info"]>>["user"]>;

const nobodyHere = new Set(["user_not_found", "user_not_visible", "users_not_found"]);

/** Slack's people and user groups. User groups need a paid plan; without one a role names people. */
export function createSlackDirectory(deps: {
  readonly client: WebClient;
  readonly home: () => SlackHome | undefined;
  readonly now: () => number;
}): Directory {
  return {
    platform: "slack",
    home: () => deps.home()?.teamId,
    readPrincipal: async (who): Promise<KnownPrincipal> => {
      try {
        const { user } = await deps.client.users.info({ user: who.userId });
        const membership = user === undefined ? "unknown" : membershipOf(user, who, deps.home()?.teamId);
        return { ...who, name: nameOf(user) ?? who.name, membership, readAt: deps.now() };
      } catch (error) {
        // Final, unlike other errors: nobody of that id is in our workspace.
        if (nobodyHere.has(errorStringOf(error)))
          return { ...who, membership: "outsider", readAt: deps.now() };
        throw slackError(error, "read", `user ${who.userId}`);
      }
    },
    readGroup: async (groupId) => {
      try {
        const { users } = await deps.client.usergroups.users.list({ usergroup: groupId });
        return users ?? [];
      } catch (error) {
        throw slackError(error, "read", `user group ${groupId}`);
      }
    },
  };
}

function membershipOf(user: SlackUser, who: Principal, home: string | undefined): Membership {
  if (user.deleted === true) return "deactivated";
  if (user.is_bot === true) return "bot";
  // Slack Connect: people of other workspaces can press buttons in shared channels.
  if (user.team_id !== undefined && user.team_id !== home) return "outsider";
  if (user.is_stranger === true || who.tenant !== home) return "outsider";
  if (user.is_restricted === true || user.is_ultra_restricted === true) return "guest";
  return "member";
}

function nameOf(user: SlackUser | undefined): string | undefined {
  // Others on the card's other platform know a person by the full name.
  const names = [user?.real_name, user?.profile?.display_name, user?.name];
  return names.find((name) => name !== undefined && name !== "");
}
