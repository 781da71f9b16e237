import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/nouns/operation.ts";
import { laneOf, rollbackAfter } from "../../src/policy/new-operation.ts";
import { sentenceOf } from "../../src/policy/sentences.ts";
import { aRetagTarget } from "../support/a-target.ts";
import { principalOf, priyaTeams } from "./orders.ts";
import { anOperation, digest, otherDigest } from "./questions.ts";

describe("lanes", () => {
  const wish = { registry: "contoso", repository: "shop/checkout" };

  it("are one for all retags of a repository, and else one for each placement", () => {
    const one = laneOf(wish, aRetagTarget({ name: "a" }));
    expect(laneOf(wish, aRetagTarget({ name: "b", tag: "other" }))).toBe(one);
    expect(laneOf({ ...wish, repository: "shop/other" }, aRetagTarget())).not.toBe(one);
    expect(laneOf({ ...wish, registry: "fabrikam" }, aRetagTarget())).not.toBe(one);
    const { tag, ...base } = aRetagTarget({ name: "a" });
    const http = {
      ...base,
      type: "http",
      url: "https://x.example",
      secret: "s",
      privateNetwork: false,
    } as const;
    expect(laneOf(wish, http)).toBe("a/contoso/shop/checkout");
    expect(laneOf(wish, { ...http, name: "b" })).not.toBe(laneOf(wish, http));
  });
});

describe("the roll back that follows by itself", () => {
  it("is an operation of its own, from what failed to what was well", () => {
    const failed: Operation = anOperation({
      id: "failed",
      target: "production",
      tag: "1.4.2",
      channel: "slack:C1",
      reason: "new checkout",
      breakGlassUntil: 9,
      approvals: { count: 2, from: ["approver"], expiresAt: 9 },
      suggestedBy: principalOf(priyaTeams),
      journal: { steps: [{ name: "move", begunAt: 1 }], notes: { a: "b" } },
    });
    const target = aRetagTarget({ name: "production" });
    const context = { newId: () => "new", now: 9 };
    expect(rollbackAfter(failed, otherDigest, target, context)).toEqual({
      id: "new",
      kind: "rollback",
      registry: "contoso",
      repository: "shop/checkout",
      digest: otherDigest,
      target: "production",
      requestedBy: failed.requestedBy,
      channel: "slack:C1",
      rule: "targets.production.rollbackOnFailure",
      requestId: "q",
      lane: "retag/contoso/shop/checkout",
      plan: { targetRevision: "r1", digestBefore: digest, digestAfter: otherDigest },
      rollbackOf: "failed",
      // It goes past the same lock, for the same reason.
      breakGlassUntil: 9,
      reason: "new checkout",
      state: "queued",
      requestedAt: 9,
      votes: [],
      digestBefore: digest,
      journal: { steps: [], notes: {} },
      attempts: 0,
    });
  });
});

describe("what was asked for, in words", () => {
  it.each([
    ["deploy", "Deploy shop/checkout:1.4.2 to staging"],
    ["redeploy", "Redeploy shop/checkout:1.4.2 on staging"],
    ["rollback", "Roll back shop/checkout on staging to sha256:aaaaaaaaaaaa…"],
    ["release", "Release shop/checkout:1.4.2"],
    ["reject", "Reject shop/checkout:1.4.2"],
  ] as const)("%s", (kind, words) => {
    expect(sentenceOf(anOperation({ kind, tag: "1.4.2" }))).toBe(words);
  });

  it("names the digest where there is no tag", () => {
    expect(sentenceOf(anOperation())).toBe("Deploy shop/checkout@sha256:aaaaaaaaaaaa… to staging");
  });
});
