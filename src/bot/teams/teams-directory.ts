import { ChatopsError } from "../../errors.ts";
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
  readonly findMember: FindMember;
  readonly readGroup: ReadGroup;
  readonly now: () => number;
}): Directory {
  return {
    platform: "teams",
    home: () => ({ id: deps.tenantId }),
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

/** Asks for a member of a place that we know of; undefined: they are not in it, or we are not. */
export function createFindMember(
  connector: Pick<TeamsConnector, "findMember">,
  book: Pick<InstallationBook, "find">,
): FindMember {
  return async (conversationId, userId) => {
    const place = await book.find(conversationId);
    if (place === undefined) return undefined;
    try {
      return await connector.findMember(place, conversationId, userId);
    } catch (error) {
      if (error instanceof ChatopsError && error.code === "chat-channel-unavailable") return undefined;
      throw error;
    }
  };
}

function membershipOf(
  { tenantId = "", userRole = "" }: TeamsMember,
  tenant: string,
  home: string,
): Membership {
  // Shared channels have people of other tenants in them.
  if (tenant !== home || (tenantId !== "" && tenantId !== home)) return "outsider";
  return ["guest", "anonymous"].includes(userRole.toLowerCase()) ? "guest" : "member";
}
