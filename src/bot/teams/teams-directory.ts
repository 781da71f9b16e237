import { ChatopsError } from "../../errors.ts";
import type { Installation } from "../../nouns/installation.ts";
import type { Membership } from "../../nouns/principal.ts";
import type { Directory } from "../people.ts";
import type { TeamsConnector, TeamsMember } from "./connector/connector.ts";
import type { InstallationBook } from "./places/installation-book.ts";

/** Asks Teams who somebody is in a conversation; undefined: they are not in it. Throws a ChatopsError. */
export type FindMember = (conversationId: string, userId: string) => Promise<TeamsMember | undefined>;

/** Asks Entra for the people in a group; undefined: that id is no group. Throws a ChatopsError. */
export type ReadGroup = (groupId: string) => Promise<readonly string[] | undefined>;

/**
 * People as Teams knows them: by the conversations that they are in, so each is asked for where they were last seen.
 * Who has left that place is unknown until they are seen in another.
 */
export function createTeamsDirectory(deps: {
  readonly tenantId: string;
  readonly organization?: string | undefined;
  readonly findMember: FindMember;
  readonly readGroup: ReadGroup;
  readonly now: () => number;
}): Directory {
  return {
    platform: "teams",
    home: () => ({ id: deps.tenantId, name: deps.organization }),
    readPrincipal: async ({ platform, tenant, userId, name }, seenIn) => {
      if (seenIn === undefined) return undefined;
      const member = await deps.findMember(seenIn, userId);
      const membership = member === undefined ? "unknown" : membershipOf(member, tenant, deps.tenantId);
      const shown = member?.name?.trim() || name;
      return { platform, tenant, userId, name: shown, membership, seenIn, readAt: deps.now() };
    },
    readGroup: deps.readGroup,
  };
}

/**
 * Asks for a member of a place that we know of; undefined: they are not in it, or we are not. A channel's members are
 * its team's and are asked for by the team's id; those of a private or shared one by its own.
 */
export function createFindMember(
  connector: Pick<TeamsConnector, "findMember">,
  book: Pick<InstallationBook, "find">,
): FindMember {
  return async (conversationId, userId) => {
    const place = await book.find(conversationId);
    if (place === undefined) return undefined;
    for (const roster of rostersOf(place)) {
      try {
        return await connector.findMember(place, roster, userId);
      } catch (error) {
        if (!(error instanceof ChatopsError) || error.code !== "chat-channel-unavailable") throw error;
      }
    }
    return undefined;
  };
}

/** Which of the two it is not every activity tells, and a private one's are among the team's. */
function rostersOf({ id, teamId, hasOwnMembers }: Installation): readonly string[] {
  if (teamId === undefined || teamId === id) return [id];
  return hasOwnMembers === true ? [id, teamId] : [teamId, id];
}

function membershipOf({ tenantId, userRole = "" }: TeamsMember, tenant: string, home: string): Membership {
  // Shared channels have people of other tenants in them; what does not say of whose tenant somebody is proves nothing.
  if (tenant !== home || tenantId !== home) return "outsider";
  return ["guest", "anonymous"].includes(userRole.toLowerCase()) ? "guest" : "member";
}
