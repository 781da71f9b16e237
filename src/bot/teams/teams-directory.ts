import type { KnownPrincipal, Membership, Principal } from "../../nouns/principal.ts";
import type { Directory } from "../people.ts";
import type { TeamsMember } from "./connector/connector.ts";

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
    home: () => deps.tenantId,
    readPrincipal: async (who, seenIn): Promise<KnownPrincipal | undefined> => {
      if (seenIn === undefined) return undefined;
      const member = await deps.findMember(seenIn, who.userId);
      const membership = member === undefined ? "unknown" : membershipOf(member, who, deps.tenantId);
      const name = member?.name?.trim();
      const { platform, tenant, userId } = who;
      const shown = name === undefined || name === "" ? who.name : name;
      return { platform, tenant, userId, name: shown, membership, seenIn, readAt: deps.now() };
    },
    readGroup: deps.readGroup,
  };
}

function membershipOf({ tenantId, userRole }: TeamsMember, who: Principal, home: string): Membership {
  // Shared channels have people of other tenants in them.
  if (who.tenant !== home) return "outsider";
  if (tenantId !== undefined && tenantId !== home) return "outsider";
  const role = userRole?.toLowerCase();
  return role === "guest" || role === "anonymous" ? "guest" : "member";
}
