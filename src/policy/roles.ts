import type { RoleConfig } from "../config/config.ts";
import type { Platform } from "../nouns/channel.ts";
import type { KnownPrincipal, Principal } from "../nouns/principal.ts";

/** Members of a chat group as last read from the platform. */
export interface GroupMembers {
  readonly platform: Principal["platform"];
  readonly groupId: string;
  readonly members: readonly string[];
  readonly readAt: number;
}

/** Who somebody is and which roles they have now. */
export interface Known {
  readonly who: KnownPrincipal;
  readonly roles: readonly string[];
  /** Our own workspace or tenant; undefined until the platform was reached once. */
  readonly home: string | undefined;
  /** What people call it; undefined: its platform does not say. */
  readonly homeName?: string | undefined;
}

/** Who somebody is, by the name that their platform gave: a click brings a handle at best. */
export function principalOfKnown({ who }: Known): Principal {
  const { platform, tenant, userId, name } = who;
  return { platform, tenant, userId, name };
}

// Groups are read every five minutes; what is older than three readings may be wrong, so it counts for nobody.
export const groupMaxAgeMs = 15 * 60_000;
// Slack: user ids begin with U or W, user group ids with S.
const slackGroupId = /^S[A-Z0-9]+$/;

/**
 * The ids that a role names on a platform and that may be groups. An id of Entra does not show what it is: each is
 * asked for, and one that is no group has no members.
 */
export function groupIdsOf(role: RoleConfig, platform: Platform): readonly string[] {
  return platform === "slack" ? role.slack.filter((id) => slackGroupId.test(id)) : role.teams;
}

/** The ids that a role names on a platform and that may be people. */
export function userIdsOf(role: RoleConfig, platform: Platform): readonly string[] {
  return platform === "slack" ? role.slack.filter((id) => !slackGroupId.test(id)) : role.teams;
}

/** Names of the roles that somebody has: by their own id, or by a group that was read lately. Fails closed. */
export function rolesOf(
  who: Pick<Principal, "platform" | "userId">,
  roles: Readonly<Record<string, RoleConfig>>,
  groups: readonly GroupMembers[],
  now: number,
): readonly string[] {
  const fresh = groups.filter(
    (group) => group.platform === who.platform && now - group.readAt <= groupMaxAgeMs,
  );
  return Object.values(roles)
    .filter((role) => {
      const ids = who.platform === "slack" ? role.slack : role.teams;
      if (ids.includes(who.userId)) return true;
      return fresh.some((group) => ids.includes(group.groupId) && group.members.includes(who.userId));
    })
    .map((role) => role.name);
}

/** Why somebody may not even ask, in words for them; undefined for a full member of our own workspace. */
export function whyNoMember({ who, home, homeName }: Omit<Known, "roles">): string | undefined {
  if (home === undefined) return "I am not connected yet. Try again in a moment.";
  const onlyMembers = `Only members of ${homeName ?? homeWord(who)} can use this bot.`;
  if (who.tenant !== home) return onlyMembers;
  switch (who.membership) {
    case "member":
      return undefined;
    case "guest":
    case "outsider":
      return onlyMembers;
    case "bot":
      return "I take no orders from other bots.";
    case "deactivated":
      return "This account is deactivated.";
    case "unknown":
      return "I could not find out yet who you are. Try again in a moment; if it stays so, ask the operator to check the bot's access to user profiles.";
    default:
      return who.membership satisfies never;
  }
}

function homeWord({ platform }: KnownPrincipal): string {
  return platform === "slack" ? "this workspace" : "this organization";
}

/** The role that freezes everything, and reads the audit. */
export const operatorRole = "operator";

/** The role that reading is kept to, if the configuration has it; anybody with another role may read too. */
const viewerRole = "viewer";

/** Why somebody may not read, in words for them; undefined for full members, or with `roles.viewer` for role holders. */
export function whyNoReader(known: Known, roles: Readonly<Record<string, RoleConfig>>): string | undefined {
  const stranger = whyNoMember(known);
  if (stranger !== undefined) return stranger;
  if (!Object.hasOwn(roles, viewerRole) || known.roles.length > 0) return undefined;
  return `You need the role "${viewerRole}" to read here. Ask the operator of this bot for it.`;
}

/** Why somebody may not read what only operators may, in words for them. */
export function whyNoOperator(known: Known, roles: Readonly<Record<string, RoleConfig>>): string | undefined {
  const stranger = whyNoMember(known);
  if (stranger !== undefined) return stranger;
  if (known.roles.includes(operatorRole)) return undefined;
  return Object.hasOwn(roles, operatorRole)
    ? `You need the role "${operatorRole}" for this.`
    : `Nobody may read this here: the configuration has no role "${operatorRole}".`;
}
