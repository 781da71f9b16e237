import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/nouns/operation.ts";
import type { KnownPrincipal } from "../../src/nouns/principal.ts";
import { countApprovals, decideOperationOrder, whyNotApproved } from "../../src/policy/approvals.ts";
import type { Asker, Rules } from "../../src/policy/question.ts";
import { aRetagTarget } from "../support/a-target.ts";
import {
  anAsker,
  approvedBy,
  awaiting,
  lenaSlack,
  lenaTeams,
  mayaSlack,
  mayaTeams,
  omarSlack,
  omarTeams,
  people,
  principalOf,
  priyaSlack,
  priyaTeams,
} from "./orders.ts";
import { hourMs, rulesWith, wednesday } from "./questions.ts";

const rules = rulesWith({ people });
const from = "targets.production.approvals.from";
const approver = `allowed by ${from}: approver`;

interface Order {
  readonly who: KnownPrincipal;
  readonly roles?: readonly string[];
  readonly asker?: Partial<Asker>;
  readonly operation?: Partial<Operation> | "unknown";
  readonly rules?: Partial<Rules>;
}

type Row = readonly [what: string, order: Order, expected: string];

function decided(kind: "approve" | "decline" | "cancel", order: Order): string {
  const { who, roles = ["approver"], asker, operation = {} } = order;
  const decision = decideOperationOrder(
    anAsker(who, roles, asker),
    { kind, operationId: "o1" },
    operation === "unknown" ? undefined : awaiting(operation),
    { ...rules, ...order.rules },
  );
  if (decision.outcome === "refused") {
    expect(`${decision.why} ${decision.help}`).not.toMatch(/undefined/);
    expect(decision.help).toMatch(/[.]$/);
  }
  return `${decision.outcome} by ${decision.rule}`;
}

const production = (revision: string) => ({
  targets: { production: aRetagTarget({ name: "production", revision }) },
});

const approve: readonly Row[] = [
  ["an approver", { who: priyaSlack }, approver],
  ["an approver on the other platform, as the one who asked is mapped", { who: priyaTeams }, approver],
  ["an unmapped approver on the platform of the one who asked", { who: lenaSlack }, approver],
  [
    "an unmapped approver on the other platform, as the one who asked is mapped",
    { who: lenaTeams },
    approver,
  ],
  ["who asked for it", { who: mayaSlack }, "refused by not one's own"],
  ["who asked for it, by their other account", { who: mayaTeams }, "refused by not one's own"],
  [
    "who asked for it, by an id in other letters",
    {
      who: { ...lenaTeams, userId: lenaTeams.userId.toUpperCase() },
      operation: { requestedBy: lenaTeams },
    },
    "refused by not one's own",
  ],
  [
    "who suggested it",
    { who: priyaSlack, operation: { suggestedBy: priyaSlack } },
    "refused by not one's own",
  ],
  [
    "who suggested it, by their other account",
    { who: priyaTeams, operation: { suggestedBy: priyaSlack } },
    "refused by not one's own",
  ],
  [
    "an unmapped account where an unmapped one of the other platform asked",
    { who: lenaTeams, operation: { requestedBy: omarSlack } },
    "refused by not one's own",
  ],
  [
    "an unmapped account where an unmapped one of the other platform suggested",
    { who: lenaSlack, operation: { suggestedBy: omarTeams } },
    "refused by not one's own",
  ],
  [
    "a mapped person where an unmapped one asked",
    { who: priyaTeams, operation: { requestedBy: omarSlack } },
    approver,
  ],
  [
    "twice by the same account",
    { who: priyaSlack, operation: { votes: approvedBy(priyaSlack) } },
    "refused by once each",
  ],
  [
    "twice by the two accounts of one human",
    { who: priyaTeams, operation: { votes: approvedBy(priyaSlack) } },
    "refused by once each",
  ],
  ["after somebody else", { who: lenaSlack, operation: { votes: approvedBy(priyaSlack) } }, approver],
  ["somebody without the role", { who: priyaSlack, roles: ["deployer", "oncall"] }, `refused by ${from}`],
  ["somebody without any role", { who: priyaSlack, roles: [] }, `refused by ${from}`],
  ["a guest", { who: { ...priyaSlack, membership: "guest" } }, "refused by membership"],
  [
    "somebody who was deactivated",
    { who: { ...priyaSlack, membership: "deactivated" } },
    "refused by membership",
  ],
  ["somebody of another tenant", { who: { ...priyaTeams, tenant: "elsewhere" } }, "refused by membership"],
  [
    "anybody before the tenant is known",
    { who: priyaSlack, asker: { home: undefined } },
    "refused by membership",
  ],
  ["what nobody knows", { who: priyaSlack, operation: "unknown" }, "refused by operation"],
  ["in its last moment", { who: priyaSlack, asker: { now: wednesday + hourMs - 1 } }, approver],
  ["when its time is over", { who: priyaSlack, asker: { now: wednesday + hourMs } }, "refused by operation"],
  ["under the kill switch", { who: priyaSlack, asker: { halted: true } }, "refused by killSwitch"],
  [
    "after its target's configuration changed",
    { who: priyaSlack, rules: production("r2") },
    "refused by plan",
  ],
  ["after its target was removed", { who: priyaSlack, rules: { targets: {} } }, "refused by plan"],
  ...(
    ["queued", "running", "cancelling", "succeeded", "failed", "cancelled", "expired", "in-doubt"] as const
  ).map(
    (state): Row => [`what is ${state}`, { who: priyaSlack, operation: { state } }, "refused by operation"],
  ),
];

const decline: readonly Row[] = [
  ["an approver", { who: priyaSlack }, approver],
  [
    "an unmapped approver of the other platform",
    { who: lenaTeams, operation: { requestedBy: omarSlack } },
    approver,
  ],
  [
    "an approver who approved before",
    { who: priyaSlack, operation: { votes: approvedBy(priyaSlack) } },
    approver,
  ],
  ["who asked for it, without a role", { who: mayaSlack, roles: [] }, "allowed by one's own"],
  ["who asked for it, by their other account", { who: mayaTeams, roles: [] }, "allowed by one's own"],
  ["somebody without the role", { who: lenaSlack, roles: ["deployer"] }, `refused by ${from}`],
  [
    "who asked for it and is a guest now",
    { who: { ...mayaSlack, membership: "guest" } },
    "refused by membership",
  ],
  ["under the kill switch", { who: priyaSlack, asker: { halted: true } }, approver],
  ["after its target's configuration changed", { who: priyaSlack, rules: production("r2") }, approver],
  ["when its time is over", { who: priyaSlack, asker: { now: wednesday + hourMs } }, "refused by operation"],
  ["what runs", { who: priyaSlack, operation: { state: "running" } }, "refused by operation"],
];

const deploy = "targets.production.allow.deploy";
const review = { kind: "release" } as const;
const cancel: readonly Row[] = [
  ["who asked for it, without a role", { who: mayaSlack, roles: [] }, "allowed by one's own"],
  ["who asked for it, by their other account", { who: mayaTeams, roles: [] }, "allowed by one's own"],
  ["who may ask for such", { who: priyaSlack, roles: ["deployer"] }, `allowed by ${deploy}: deployer`],
  ["who may only approve", { who: priyaSlack }, `refused by ${deploy}`],
  [
    "a roll back by who may roll back",
    { who: priyaSlack, roles: ["operator"], operation: { kind: "rollback" } },
    "allowed by targets.production.allow.rollback: operator",
  ],
  [
    "a roll back by who may only deploy",
    { who: priyaSlack, roles: ["deployer"], operation: { kind: "rollback" } },
    "refused by targets.production.allow.rollback",
  ],
  [
    "a release by a reviewer",
    { who: priyaSlack, roles: ["reviewer"], operation: review },
    "allowed by registries.contoso.allow.release: reviewer",
  ],
  [
    "a release by a deployer",
    { who: priyaSlack, roles: ["deployer"], operation: review },
    "refused by registries.contoso.allow.release",
  ],
  ["a guest", { who: { ...mayaSlack, membership: "guest" } }, "refused by membership"],
  ["somebody of another workspace", { who: { ...mayaSlack, tenant: "T0OTHER" } }, "refused by membership"],
  ["what nobody knows", { who: mayaSlack, operation: "unknown" }, "refused by operation"],
  ["what runs already", { who: mayaSlack, operation: { state: "running" } }, "allowed by one's own"],
  ["what waits in line", { who: mayaSlack, operation: { state: "queued" } }, "allowed by one's own"],
  ["under the kill switch", { who: mayaSlack, asker: { halted: true } }, "allowed by one's own"],
  [
    "on a target that is gone",
    { who: priyaSlack, roles: ["deployer"], rules: { targets: {} } },
    `refused by ${deploy}`,
  ],
  ...(["cancelling", "succeeded", "failed", "cancelled", "expired", "in-doubt"] as const).map(
    (state): Row => [`what is ${state}`, { who: mayaSlack, operation: { state } }, "refused by operation"],
  ),
];

describe("decideOrder: approve", () => {
  it.each(approve)("%s", (_what, order, expected) => expect(decided("approve", order)).toBe(expected));
});

describe("decideOrder: decline", () => {
  it.each(decline)("%s", (_what, order, expected) => expect(decided("decline", order)).toBe(expected));
});

describe("decideOrder: cancel", () => {
  it.each(cancel)("%s", (_what, order, expected) => expect(decided("cancel", order)).toBe(expected));
});

describe("a refusal of an order", () => {
  const why = (state: Operation["state"]) => {
    const order = { kind: "cancel", operationId: "o1" } as const;
    const decision = decideOperationOrder(anAsker(mayaSlack, []), order, awaiting({ state }), rules);
    return decision.outcome === "refused" ? decision.why : decision.outcome;
  };

  it("says whether there is something left to stop", () => {
    expect(why("cancelling")).toBe("It is being stopped already.");
    expect(why("failed")).toBe("It has ended already.");
  });

  it("tells what is one's own from what may be", () => {
    const approve = (who: KnownPrincipal, operation: Operation) => {
      const order = { kind: "approve", operationId: "o1" } as const;
      const decision = decideOperationOrder(anAsker(who, ["approver"]), order, operation, rules);
      return decision.outcome === "refused" ? decision.why : decision.outcome;
    };
    expect(approve(mayaTeams, awaiting())).toContain("You asked for this yourself");
    expect(approve(priyaTeams, awaiting({ suggestedBy: priyaSlack }))).toContain(
      "You suggested this yourself",
    );
    expect(approve(lenaTeams, awaiting({ requestedBy: omarSlack }))).toContain(
      "omar asked for this on another platform",
    );
  });
});

describe("the count of approvals", () => {
  it.each([
    ["nobody", [], 0],
    ["one", [priyaSlack], 1],
    ["two of one platform", [lenaSlack, omarSlack], 2],
    ["one human's two accounts", [priyaSlack, priyaTeams], 1],
    ["unmapped ones of both platforms, who may be one", [lenaSlack, lenaTeams], 1],
    ["two of one and one of the other", [lenaSlack, omarSlack, lenaTeams], 2],
    ["a mapped person and an unmapped one of the other platform", [priyaSlack, lenaTeams], 2],
    ["one account twice", [lenaSlack, lenaSlack], 1],
  ])("%s", (_what, who, given) => {
    const operation = awaiting({ votes: approvedBy(...who) });
    const by = who.map(principalOf);
    expect(countApprovals(operation, people)).toEqual({ given, needed: 2, by });
  });

  it("leaves those who declined out", () => {
    const votes = [{ who: principalOf(priyaSlack), vote: "decline" as const, at: 1 }];
    expect(countApprovals({ votes }, people)).toEqual({ given: 0, needed: 0, by: [] });
  });
});

describe("at its start", () => {
  const operation = awaiting({ votes: approvedBy(priyaSlack, lenaSlack) });
  const everybody = () => true;

  it("an approval holds while enough people still have the role", () => {
    expect(whyNotApproved(operation, everybody, rules)).toBeUndefined();
    expect(whyNotApproved({ ...operation, votes: [] }, everybody, rules)).toContain("0 of 2");
    const without = (who: { userId: string }) => who.userId !== lenaSlack.userId;
    expect(whyNotApproved(operation, without, rules)).toContain("1 of 2");
  });

  it("counts by what is known then of who is who", () => {
    // Lena turns out to be Maya, who asked for it.
    const known = [{ name: "Maya Lindqvist", slack: lenaSlack.userId, teams: mayaTeams.userId }];
    const asked = { ...operation, requestedBy: principalOf(mayaTeams) };
    expect(whyNotApproved(asked, everybody, { people: known })).toContain("1 of 2");
    // Nobody is known any more: whoever asked on the other platform may be either of them.
    expect(whyNotApproved(asked, everybody, { people: [] })).toContain("0 of 2");
    const suggested = { ...operation, suggestedBy: principalOf(priyaTeams) };
    expect(whyNotApproved(suggested, everybody, rules)).toContain("1 of 2");
  });

  it("nothing is wrong with what needs none", () => {
    const { approvals, ...plain } = operation;
    expect(whyNotApproved({ ...plain, votes: [] }, () => false, rules)).toBeUndefined();
  });
});
