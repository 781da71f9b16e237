import { describe, expect, it } from "vitest";
import { isWish } from "../../src/nouns/request.ts";
import type { Rules } from "../../src/policy/question.ts";
import { awaiting, lenaSlack, mayaSlack, people, principalOf, priyaTeams } from "./orders.ts";
import {
  anArtifact,
  aPlacement,
  aQuestion,
  type Change,
  digest,
  hourMs,
  onProduction,
  otherDigest,
  placementOn,
  wednesday,
} from "./questions.ts";
import { aRequest, type Situation, verdictsFor } from "./verdict-samples.ts";

const rules: Partial<Rules> = { people };

function verdictOn(change: Change = {}, situation: Partial<Situation> = {}) {
  const { wish, facts, roles, who } = aQuestion({ who: mayaSlack, ...change });
  const asker = { who, roles, rules, ...situation };
  return verdictsFor(asker).onWish(aRequest(asker.who, wish), wish, facts);
}

const glass: Change = onProduction({
  roles: ["oncall"],
  wish: { breakGlass: true, reason: "the shop is down" },
});

describe("a verdict that allows", () => {
  it("is an operation pinned to the digest, and its audit entry", () => {
    const placement = aPlacement(otherDigest);
    const { operation, audit, outcome, answer, consequence } = verdictOn({ facts: { placement } });
    expect(outcome).toBe("accepted");
    expect(consequence).toBeUndefined();
    expect(operation).toEqual({
      id: "id1",
      kind: "deploy",
      registry: "contoso",
      repository: "shop/checkout",
      digest,
      tag: "1.4.2",
      target: "staging",
      requestedBy: principalOf(mayaSlack),
      channel: "slack:C1",
      rule: "targets.staging.allow.deploy: deployer",
      requestId: "q1",
      lane: "retag/contoso/shop/checkout",
      plan: { targetRevision: "r1", digestBefore: otherDigest, digestAfter: digest },
      state: "queued",
      requestedAt: wednesday,
      votes: [],
      digestBefore: otherDigest,
      journal: { steps: [], notes: {} },
      attempts: 0,
    });
    expect(audit).toEqual({
      id: "id2",
      at: wednesday,
      who: principalOf(mayaSlack),
      person: "Maya Lindqvist",
      what: "deploy",
      outcome: "allowed",
      rule: "targets.staging.allow.deploy: deployer",
      detail: "",
      registry: "contoso",
      repository: "shop/checkout",
      digest,
      target: "staging",
      operationId: "id1",
      digestBefore: otherDigest,
      configRevision: "rev1",
    });
    expect(answer).toContain("Deploy shop/checkout:1.4.2 to staging: asked");
  });

  it("has no plan, lane or target where it is a review", () => {
    const { operation, audit } = verdictOn({
      wish: { kind: "release", target: undefined, tag: undefined, reason: "scanned" },
      facts: { artifact: anArtifact({ registryQuarantine: { state: "Quarantined", at: 1 } }) },
    });
    expect(operation).toMatchObject({ kind: "release", state: "queued", reason: "scanned" });
    for (const name of ["plan", "lane", "target", "tag", "approvals", "breakGlassUntil"])
      expect(operation).not.toHaveProperty(name);
    expect(audit).toMatchObject({ what: "release", detail: "scanned" });
    expect(audit).not.toHaveProperty("target");
  });

  it("keeps whose suggestion it takes up, and the plan of nothing known", () => {
    const suggestedBy = principalOf(priyaTeams);
    const { operation, audit } = verdictOn({ wish: { suggestedBy } });
    expect(operation).toMatchObject({
      suggestedBy,
      requestedBy: principalOf(mayaSlack),
      plan: { targetRevision: "r1", digestAfter: digest },
    });
    expect(operation?.plan).not.toHaveProperty("digestBefore");
    expect(audit).not.toHaveProperty("digestBefore");
  });
});

describe("a verdict that needs approval", () => {
  it("is an operation that waits for as many as the target says, and not longer", () => {
    const { operation, audit, outcome, answer } = verdictOn(onProduction());
    expect(outcome).toBe("accepted");
    expect(operation).toMatchObject({
      state: "awaiting-approval",
      approvals: { count: 2, from: ["approver"], expiresAt: wednesday + 4 * hourMs },
    });
    expect(operation).not.toHaveProperty("breakGlassUntil");
    expect(audit).toMatchObject({ outcome: "needs-approval", operationId: operation?.id });
    expect(answer).toContain("once 2 of approver approve");
  });
});

describe("a verdict that breaks the glass", () => {
  it("is queued at once, for an hour, and says so first in the audit", () => {
    const { operation, audit } = verdictOn(glass);
    expect(operation).toMatchObject({ state: "queued", breakGlassUntil: wednesday + hourMs });
    expect(operation).not.toHaveProperty("approvals");
    expect(audit).toMatchObject({ outcome: "allowed", detail: "break-glass: the shop is down" });
  });

  it("is refused with the words why, like any other", () => {
    const { operation, audit, outcome } = verdictOn({ ...glass, roles: [] });
    expect({ operation, outcome }).toEqual({ operation: undefined, outcome: "refused" });
    expect(audit.rule).toBe("targets.production.allow.breakGlass");
  });
});

describe("a verdict that refuses", () => {
  it("has no operation, says why, and is audited with the rule", () => {
    const { operation, audit, outcome, answer, lacking } = verdictOn({ roles: [] });
    expect({ operation, outcome, lacking }).toEqual({
      operation: undefined,
      outcome: "refused",
      lacking: ["deployer"],
    });
    expect(audit).toMatchObject({ outcome: "refused", rule: "targets.staging.allow.deploy", digest });
    expect(audit.detail).toContain('You need the role "deployer"');
    expect(audit).not.toHaveProperty("operationId");
    expect(answer).toContain("Nothing was changed");
  });

  it("asks nobody in their place where a role is not what is missing", () => {
    expect(verdictOn({}, { halted: true })).not.toHaveProperty("lacking");
  });
});

describe("a verdict in observe mode", () => {
  it.each([
    ["a deploy", {}],
    ["what needs approval", onProduction()],
    ["broken glass", glass],
  ] as const)("of %s says what it would have done, and makes no operation", (_what, change) => {
    const { operation, audit, outcome, answer } = verdictOn(change, { rules: { ...rules, mode: "observe" } });
    expect({ operation, outcome }).toEqual({ operation: undefined, outcome: "observed" });
    expect(answer).toContain("would have done it");
    expect(audit.outcome).toBe("observed");
  });
});

describe("a suggestion", () => {
  const suggest = (change: Change, situation: Partial<Situation> = {}) => {
    const { wish, facts, roles, who } = aQuestion({ who: mayaSlack, ...change });
    const order = { kind: "suggest", wish } as const;
    expect(isWish(order)).toBe(false);
    const asker = { who, roles, rules, ...situation };
    return verdictsFor(asker).onWish(aRequest(who, order), wish, facts);
  };

  it("goes to whoever has the role, for four hours, and makes no operation", () => {
    const { operation, consequence, audit, answer, outcome } = suggest({ roles: ["reviewer"] });
    expect(operation).toBeUndefined();
    expect(outcome).toBe("accepted");
    if (consequence?.kind !== "set") throw new Error("nothing was suggested");
    expect(consequence.standing).toMatchObject({ kind: "suggestion", until: wednesday + 4 * hourMs });
    expect(consequence.standing.facts).toMatchObject({
      by: principalOf(mayaSlack),
      at: wednesday,
      expiresAt: wednesday + 4 * hourMs,
      roles: ["deployer"],
      channel: "slack:C1",
      wish: { kind: "deploy", digest, target: "staging" },
    });
    expect(audit).toMatchObject({ what: "suggest", outcome: "allowed", digest, target: "staging" });
    expect(answer).toContain("suggested to deployer");
  });

  it.each<[string, Change, string]>([
    ["what they may ask for themselves", {}, "suggestion"],
    ["what nobody may", { roles: [], wish: { target: "closed" } }, "targets.closed.allow.deploy"],
    ["what is unsound", { roles: [], facts: { artifact: anArtifact({ deletedAt: 1 }) } }, "artifact"],
    ["what is held", onProduction({ roles: [], facts: { placements: [] } }), "targets.production.after"],
    ["a guest", { roles: [], who: { ...mayaSlack, membership: "guest" } }, "membership"],
    ["anything under the kill switch", { roles: [], halted: true }, "killSwitch"],
  ])("is refused: %s", (_what, change, rule) => {
    const { consequence, audit, outcome } = suggest(change, { halted: change.halted ?? false });
    expect(consequence).toBeUndefined();
    expect({ outcome, rule: audit.rule, what: audit.what }).toEqual({
      outcome: "refused",
      rule,
      what: "suggest",
    });
  });

  it("may be of what then awaits approval", () => {
    expect(suggest(onProduction({ roles: [] })).consequence).toMatchObject({
      standing: { facts: { roles: ["deployer"], wish: { target: "production" } } },
    });
  });
});

describe("a roll back", () => {
  it("remembers from what it goes back", () => {
    const placement = placementOn("staging", otherDigest, digest);
    const wish = { kind: "rollback", digest: otherDigest, expectedCurrent: digest } as const;
    expect(verdictOn({ wish, facts: { placement } }).operation?.plan).toEqual({
      targetRevision: "r1",
      digestBefore: digest,
      digestAfter: otherDigest,
    });
  });
});

describe("what was recorded and decided only after the bot had been away", () => {
  const late = { now: wednesday + hourMs };

  it("is nothing to be done any more after an hour: an order, a vote and the end of a lock alike", () => {
    const age = { outcome: "refused", audit: expect.objectContaining({ rule: "age" }) };
    expect(verdictOn({}, late)).toMatchObject(age);
    const lena = verdictsFor({ who: lenaSlack, roles: ["approver"], rules, ...late });
    const operation = awaiting({
      approvals: { count: 2, from: ["approver"], expiresAt: wednesday + 4 * hourMs },
    });
    const vote = aRequest(lenaSlack, { kind: "approve", operationId: operation.id });
    expect(lena.onOperation(vote, { operation })).toMatchObject(age);
    const maya = verdictsFor({ who: mayaSlack, roles: ["deployer"], rules, ...late });
    const scope = { kind: "target", target: "staging" } as const;
    const lock = { scope, reason: "a test", by: principalOf(mayaSlack), at: wednesday };
    expect(maya.onStanding(aRequest(mayaSlack, { kind: "unlock", scope }), "lock", [lock])).toMatchObject(
      age,
    );
  });

  it("is refused for its own reason, where it has one", () => {
    expect(verdictOn({ roles: [] }, late).audit.rule).toBe("targets.staging.allow.deploy");
  });
});
