import { describe, expect, it } from "vitest";
import type { Request } from "../../src/nouns/request.ts";
import { judge } from "../../src/policy/judge.ts";
import { aConfig } from "../support/registry-config.ts";
import { aPlacement, aQuestion, type Change, digest, otherDigest, rulesWith, somebody } from "./questions.ts";

const people = [{ name: "Maya Lindqvist", slack: "U1", teams: "a11ce000-0000-4000-8000-0000000000a1" }];

function verdictOn(change: Change = {}, mode: "act" | "observe" = "act") {
  const { wish, facts, roles, home, who } = aQuestion(change);
  const request: Request = {
    id: "q1",
    who: somebody,
    wish,
    at: 5,
    channel: "slack:C1",
    buttonReference: "ref",
  };
  let count = 0;
  return judge(request, { who, roles, home }, facts, {
    config: { ...aConfig([]), ...rulesWith({ mode }), people, revision: "rev1" },
    newId: () => {
      count += 1;
      return `id${count}`;
    },
    now: 9,
  });
}

describe("a verdict", () => {
  it("that allows is an operation pinned to the digest, and its audit entry", () => {
    const { operation, audit, outcome, answer } = verdictOn({
      facts: { placement: aPlacement(otherDigest) },
    });
    expect(outcome).toBe("accepted");
    expect(operation).toMatchObject({
      kind: "deploy",
      digest,
      tag: "1.4.2",
      target: "staging",
      state: "queued",
      requestId: "q1",
      requestedAt: 9,
      digestBefore: otherDigest,
      rule: "targets.staging.allow.deploy: deployer",
    });
    expect(audit).toMatchObject({
      outcome: "allowed",
      operationId: operation?.id,
      configRevision: "rev1",
      at: 9,
    });
    expect(answer).toContain("Deploy shop/checkout:1.4.2 to staging");
  });

  it("that refuses has no operation, says why, and is audited with the rule", () => {
    const { operation, audit, outcome, answer } = verdictOn({ roles: [] });
    expect({ operation, outcome }).toEqual({ operation: undefined, outcome: "refused" });
    expect(audit).toMatchObject({ outcome: "refused", rule: "targets.staging.allow.deploy", digest });
    expect(audit).not.toHaveProperty("operationId");
    expect(answer).toContain("Nothing was changed");
  });

  it("in observe mode says what it would have done, and makes no operation", () => {
    const { operation, audit, outcome, answer } = verdictOn({}, "observe");
    expect({ operation, outcome }).toEqual({ operation: undefined, outcome: "observed" });
    expect(answer).toContain("would have done it");
    expect(audit.outcome).toBe("observed");
  });
});
