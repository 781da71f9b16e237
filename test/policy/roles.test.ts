import { describe, expect, it } from "vitest";
import {
  groupIdsOf,
  groupMaxAgeMs,
  rolesOf,
  userIdsOf,
  whyNoMember,
  whyNoOperator,
  whyNoReader,
} from "../../src/policy/roles.ts";
import { home, somebody } from "./questions.ts";

const roles = {
  deployer: { name: "deployer", slack: ["U1", "S1"], teams: ["entra-1"], notify: {} },
  reviewer: { name: "reviewer", slack: ["S2"], teams: [], notify: {} },
};
const group = { platform: "slack" as const, groupId: "S2", members: ["U2"], readAt: 1_000 };
const named = (userId: string) => ({ platform: "slack" as const, userId });

describe("roles", () => {
  it("are held by the person's own id", () => {
    expect(rolesOf(named("U1"), roles, [], 0)).toEqual(["deployer"]);
  });

  it("are held by a group that was read lately, and by nobody when its reading is too old", () => {
    expect(rolesOf(named("U2"), roles, [group], 1_000 + groupMaxAgeMs)).toEqual(["reviewer"]);
    expect(rolesOf(named("U2"), roles, [group], 1_001 + groupMaxAgeMs)).toEqual([]);
    expect(rolesOf(named("U3"), roles, [group], 1_000)).toEqual([]);
  });

  it("of one platform are not held on the other, whatever the ids", () => {
    expect(rolesOf({ platform: "teams", userId: "U1" }, roles, [], 0)).toEqual([]);
    expect(rolesOf({ platform: "slack", userId: "entra-1" }, roles, [], 0)).toEqual([]);
    expect(rolesOf({ platform: "teams", userId: "U2" }, roles, [group], 1_000)).toEqual([]);
  });

  it("tell people from groups by their ids", () => {
    expect(groupIdsOf(roles.deployer, "slack")).toEqual(["S1"]);
    expect(userIdsOf(roles.deployer, "slack")).toEqual(["U1"]);
  });

  it("take each id of Entra for a person's and for a group's, as it does not show which it is", () => {
    expect(groupIdsOf(roles.deployer, "teams")).toEqual(["entra-1"]);
    expect(userIdsOf(roles.deployer, "teams")).toEqual(["entra-1"]);
    const members = { platform: "teams" as const, groupId: "entra-1", members: ["entra-2"], readAt: 1_000 };
    const known = [members];
    expect(rolesOf({ platform: "teams", userId: "entra-1" }, roles, known, 1_000)).toEqual(["deployer"]);
    expect(rolesOf({ platform: "teams", userId: "entra-2" }, roles, known, 1_000)).toEqual(["deployer"]);
    expect(rolesOf({ platform: "teams", userId: "entra-2" }, roles, known, 1_001 + groupMaxAgeMs)).toEqual(
      [],
    );
    expect(rolesOf({ platform: "slack", userId: "entra-2" }, roles, known, 1_000)).toEqual([]);
  });
});

describe("membership", () => {
  it("is needed, in our own workspace, and known", () => {
    expect(whyNoMember({ who: somebody, home })).toBeUndefined();
    expect(whyNoMember({ who: somebody, home: undefined })).toContain("not connected");
    for (const membership of ["guest", "outsider", "bot", "deactivated", "unknown"] as const)
      expect(whyNoMember({ who: { ...somebody, membership }, home })).toBeDefined();
  });

  it("is denied to guests and outsiders in the same words", () => {
    const foreign = { who: { ...somebody, tenant: "T0OTHER" }, home };
    const guest = { who: { ...somebody, membership: "guest" as const }, home };
    const outsider = { who: { ...somebody, membership: "outsider" as const }, home };
    for (const refused of [foreign, guest, outsider]) {
      expect(whyNoMember(refused)).toBe("Only members of this workspace can use this bot.");
      expect(whyNoMember({ ...refused, homeName: "Contoso" })).toBe(
        "Only members of Contoso can use this bot.",
      );
    }
  });

  it("is enough to read, unless the configuration has a viewer role", () => {
    const known = { who: somebody, roles: [], home };
    const viewer = { ...roles, viewer: { name: "viewer", slack: [], teams: [], notify: {} } };
    expect(whyNoReader(known, roles)).toBeUndefined();
    expect(whyNoReader(known, viewer)).toContain('"viewer"');
    expect(whyNoReader({ ...known, roles: ["deployer"] }, viewer)).toBeUndefined();
    expect(whyNoReader({ ...known, who: { ...somebody, membership: "guest" } }, roles)).toContain(
      "Only members",
    );
  });

  it("is not enough for what only operators may read", () => {
    const known = { who: somebody, roles: ["operator"], home };
    const operator = { ...roles, operator: { name: "operator", slack: [], teams: [], notify: {} } };
    expect(whyNoOperator(known, operator)).toBeUndefined();
    expect(whyNoOperator({ ...known, roles: ["deployer"] }, operator)).toContain('"operator"');
    expect(whyNoOperator({ ...known, roles: [] }, roles)).toContain("Nobody");
    expect(whyNoOperator({ ...known, who: { ...somebody, membership: "guest" } }, operator)).toContain(
      "Only members",
    );
  });
});
