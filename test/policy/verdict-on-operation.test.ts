import { describe, expect, it } from "vitest";
import type { Lock } from "../../src/nouns/lock.ts";
import type { Operation } from "../../src/nouns/operation.ts";
import type { LockOrder, OperationOrder } from "../../src/nouns/request.ts";
import {
  approvedBy,
  awaiting,
  lenaSlack,
  lenaTeams,
  mayaSlack,
  omarSlack,
  people,
  principalOf,
  priyaSlack,
  priyaTeams,
} from "./orders.ts";
import { aLock, anOperation, digest, hourMs, otherDigest, wednesday } from "./questions.ts";
import { aRequest, type Situation, verdictsFor } from "./verdict-samples.ts";

const rules = { people };
const priya: Situation = { who: priyaSlack, roles: ["approver"], rules };

function orderOf(
  order: Omit<OperationOrder, "operationId">,
  situation: Situation,
  operation: Operation | undefined = awaiting(),
) {
  const request = aRequest(situation.who, { operationId: "o1", ...order });
  return verdictsFor(situation).onOperation(request, { operation });
}

describe("a vote", () => {
  it("that is the first of two is written down, and audited with what it is about", () => {
    const { outcome, consequence, audit, answer, operation } = orderOf(
      { kind: "approve", reason: "looks well" },
      priya,
    );
    const vote = { who: principalOf(priyaSlack), vote: "approve", at: wednesday, reason: "looks well" };
    expect({ outcome, operation }).toEqual({ outcome: "accepted", operation: undefined });
    expect(consequence).toEqual({ kind: "vote", operationId: "o1", vote });
    expect(audit).toEqual({
      id: "id1",
      at: wednesday,
      who: principalOf(priyaSlack),
      person: "Priya Nair",
      what: "approve",
      outcome: "allowed",
      rule: "targets.production.approvals.from: approver",
      detail: "looks well",
      registry: "contoso",
      repository: "shop/checkout",
      digest,
      target: "production",
      operationId: "o1",
      digestBefore: otherDigest,
      configRevision: "rev1",
    });
    expect(answer).toBe("Deploy shop/checkout:1.4.2 to production: your approval counts, 1 of 2.");
  });

  it("that is the last that was needed queues it", () => {
    const operation = awaiting({ votes: approvedBy(lenaSlack) });
    const { consequence, answer } = orderOf({ kind: "approve" }, priya, operation);
    expect(consequence).toMatchObject({ kind: "vote", makes: "queued", vote: { vote: "approve" } });
    expect(answer).toContain("approved, it starts now");
  });

  it("of somebody who may be an earlier approver is noted, and starts nothing", () => {
    const operation = awaiting({ votes: approvedBy(lenaSlack) });
    const { consequence, answer } = orderOf({ kind: "approve" }, { ...priya, who: lenaTeams }, operation);
    expect(consequence).toMatchObject({ kind: "vote", vote: { vote: "approve" } });
    expect(consequence).not.toHaveProperty("makes");
    expect(answer).toContain("still 1 of 2");
    expect(answer).toContain("`people`");
  });

  it("of the third adds up again", () => {
    const operation = awaiting({ votes: approvedBy(lenaSlack, lenaTeams) });
    const { consequence } = orderOf({ kind: "approve" }, { ...priya, who: omarSlack }, operation);
    expect(consequence).toMatchObject({ makes: "queued" });
  });

  it("that declines ends it, whatever was approved", () => {
    const operation = awaiting({ votes: approvedBy(lenaSlack) });
    const { consequence, answer, audit } = orderOf(
      { kind: "decline", reason: " not now " },
      priya,
      operation,
    );
    expect(consequence).toMatchObject({
      kind: "vote",
      makes: "cancelled",
      outcome: "declined by priya: not now",
    });
    expect(answer).toContain("declined");
    expect(audit).toMatchObject({ what: "decline", outcome: "allowed" });
  });

  it.each([
    ["by who asked", { who: mayaSlack }, "not one's own"],
    ["by who has no role", { roles: [] }, "targets.production.approvals.from"],
    ["by a guest", { who: { ...priyaSlack, membership: "guest" } }, "membership"],
    ["under the kill switch", { halted: true }, "killSwitch"],
    ["when its time is over", { now: wednesday + hourMs }, "operation"],
  ] as const)("that is refused changes nothing, and is audited: %s", (_what, situation, rule) => {
    const { outcome, consequence, audit, answer } = orderOf({ kind: "approve" }, { ...priya, ...situation });
    expect({ outcome, consequence }).toEqual({ outcome: "refused", consequence: undefined });
    expect(audit).toMatchObject({
      what: "approve",
      outcome: "refused",
      rule,
      operationId: "o1",
      target: "production",
    });
    expect(answer).toContain(audit.detail);
  });

  it("on what nobody knows is refused, and audited without naming an image", () => {
    const { audit, outcome, consequence } = verdictsFor(priya).onOperation(
      aRequest(priyaSlack, { kind: "approve", operationId: "nope" }),
      { operation: undefined },
    );
    expect({ outcome, consequence }).toEqual({ outcome: "refused", consequence: undefined });
    expect(audit).toMatchObject({ outcome: "refused", rule: "operation" });
    expect(audit).not.toHaveProperty("digest");
  });
});

describe("a cancel", () => {
  const maya: Situation = { who: mayaSlack, roles: [], rules };

  it("of what only waits ends it at once", () => {
    const { consequence, answer, audit } = orderOf({ kind: "cancel", reason: "wrong one" }, maya);
    expect(consequence).toEqual({
      kind: "cancel",
      operationId: "o1",
      by: principalOf(mayaSlack),
      outcome: "cancelled by maya: wrong one",
    });
    expect(answer).toMatch(/cancelled\.$/);
    expect(audit).toMatchObject({
      what: "cancel",
      outcome: "allowed",
      rule: "one's own",
      detail: "wrong one",
    });
  });

  it.each<[string, Partial<Operation>]>([
    ["runs", { state: "running" }],
    [
      "has begun and waits for its next try",
      { state: "queued", journal: { steps: [{ name: "a", begunAt: 1 }], notes: {} } },
    ],
  ])("of what %s only says that it tries", (_what, overrides) => {
    const { answer } = orderOf(
      { kind: "cancel" },
      maya,
      anOperation({ ...overrides, requestedBy: principalOf(mayaSlack) }),
    );
    expect(answer).toContain("I try to stop it");
  });
});

describe("a lock", () => {
  const locker: Situation = {
    who: priyaTeams,
    roles: ["locker", "operator"],
    rules: { ...rules, roles: { operator: { name: "operator", slack: [], teams: [], notify: {} } } },
  };
  const production = { kind: "target", target: "production" } as const;
  const lockOf = (order: LockOrder, locks: readonly Lock[] = [], situation = locker) =>
    verdictsFor(situation).onStanding(aRequest(situation.who, order), "lock", locks);

  it("is written down with its owner, reason and end", () => {
    const order = { kind: "lock", scope: production, reason: " inventory ", forMs: hourMs } as const;
    const { consequence, audit, answer } = lockOf(order);
    const by = principalOf(priyaTeams);
    const lock = { scope: production, reason: "inventory", by, at: wednesday, until: wednesday + hourMs };
    expect(consequence).toEqual({
      kind: "set",
      standing: { kind: "lock", key: "target/production", until: lock.until, facts: lock },
      shownOn: production,
    });
    expect(audit).toMatchObject({
      what: "lock",
      outcome: "allowed",
      target: "production",
      person: "Priya Nair",
      rule: "targets.production.allow.lock: locker",
    });
    expect(answer).toBe("production is locked until 2026-11-18 13:00 UTC: inventory");
  });

  it("without an end holds until it is taken off", () => {
    const { consequence, answer, audit } = lockOf({ kind: "lock", scope: { kind: "all" }, reason: "launch" });
    expect(consequence).toMatchObject({ standing: { key: "all" }, shownOn: { kind: "all" } });
    expect(consequence).not.toHaveProperty("standing.until");
    expect(answer).toBe("Everything is frozen until somebody unlocks it: launch");
    expect(audit.target).toBe("all");
  });

  it("is taken off again", () => {
    const { consequence, answer, audit } = lockOf({ kind: "unlock", scope: production }, [aLock(production)]);
    expect(consequence).toEqual({
      kind: "lift",
      of: "lock",
      key: "target/production",
      shownOn: production,
    });
    expect(answer).toContain("free again");
    expect(audit).toMatchObject({ what: "unlock", outcome: "allowed" });
  });

  it.each([
    ["lock", [], []],
    ["unlock", [aLock(production)], []],
    ["lock", [aLock(production)], ["locker"]],
  ] as const)("that is refused changes nothing, and is audited: %s", (kind, locks, roles) => {
    const verdict = lockOf({ kind, scope: production, reason: "x" }, locks, { ...locker, roles });
    expect(verdict).toMatchObject({
      outcome: "refused",
      audit: { outcome: "refused", target: "production", what: kind },
    });
    expect(verdict.consequence).toBeUndefined();
  });
});
