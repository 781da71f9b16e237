import type { Operation, Vote } from "../../src/nouns/operation.ts";
import type { Person } from "../../src/nouns/person.ts";
import type { KnownPrincipal, Principal } from "../../src/nouns/principal.ts";
import type { Asker } from "../../src/policy/question.ts";
import { anOperation, digest, home, hourMs, otherDigest, somebody, tenant, wednesday } from "./questions.ts";

type Named = readonly [userId: string, name: string];

const teamsId = (last: string) => `a11ce000-0000-4000-8000-0000000000${last}`;

/** Members of both platforms; the first two are mapped to one human each, the others are mapped to nobody. */
export const people: readonly Person[] = [
  { name: "Maya Lindqvist", slack: "U0MAYA", teams: teamsId("a1") },
  { name: "Priya Nair", slack: "U0PRIYA", teams: teamsId("b2") },
];

export const onSlack = ([userId, name]: Named): KnownPrincipal => ({ ...somebody, userId, name });
export const onTeams = ([userId, name]: Named): KnownPrincipal => ({
  ...somebody,
  platform: "teams",
  tenant,
  userId,
  name,
});

export const mayaSlack = onSlack(["U0MAYA", "maya"]);
export const mayaTeams = onTeams([teamsId("a1"), "Maya L"]);
export const priyaSlack = onSlack(["U0PRIYA", "priya"]);
export const priyaTeams = onTeams([teamsId("b2"), "Priya N"]);
/** Unmapped. */
export const lenaSlack = onSlack(["U0LENA", "lena"]);
export const omarSlack = onSlack(["U0OMAR", "omar"]);
export const lenaTeams = onTeams([teamsId("c3"), "Lena"]);
export const omarTeams = onTeams([teamsId("d4"), "Omar"]);

/** Somebody with roles, now, at home on their own platform. */
export function anAsker(
  who: KnownPrincipal,
  roles: readonly string[],
  overrides: Partial<Asker> = {},
): Asker {
  const ownHome = who.platform === "slack" ? home : tenant;
  return { who, roles, home: ownHome, now: wednesday, halted: false, ...overrides };
}

export function principalOf({ platform, tenant: of, userId, name }: Principal): Principal {
  return { platform, tenant: of, userId, name };
}

export const approvedBy = (...all: readonly Principal[]): readonly Vote[] =>
  all.map((who) => ({ who: principalOf(who), vote: "approve", at: wednesday - 1 }));

/** A deploy to production that Maya asked for in Slack, and that two approvers have to agree to. */
export function awaiting(overrides: Partial<Operation> = {}): Operation {
  return anOperation({
    target: "production",
    tag: "1.4.2",
    requestedBy: principalOf(mayaSlack),
    state: "awaiting-approval",
    approvals: { count: 2, from: ["approver"], expiresAt: wednesday + hourMs },
    plan: { targetRevision: "r1", digestBefore: otherDigest, digestAfter: digest },
    attempts: 0,
    ...overrides,
  });
}
