import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quarantineOf } from "../../src/nouns/artifact.ts";
import { previousDigests } from "../../src/nouns/placement.ts";
import { decideWish } from "../../src/policy/decide-wish.ts";
import { ownOf } from "../../src/policy/question.ts";
import { present } from "../../src/present.ts";
import { anyChange } from "./any-question.ts";
import { aQuestion, rulesWith, saturday } from "./questions.ts";

const runs = { numRuns: 3_000 };
const rules = rulesWith();
const wayBack = { kind: "rollback", target: "production", expectedCurrent: undefined } as const;
const isGranted = (outcome: string) => outcome !== "refused";

describe("whatever is asked", () => {
  it("nobody without a role that the configuration names gets anything", () => {
    const otherRoles = fc.array(
      fc.constantFrom("viewer", "admin", "", "deployers", "Deployer", "*", "toString"),
    );
    fc.assert(
      fc.property(anyChange, otherRoles, (change, roles) => {
        expect(decideWish(aQuestion({ ...change, roles }), rules).outcome).toBe("refused");
      }),
      runs,
    );
  });

  it("whatever is granted rests on a role that the configuration names for just that, and that they have", () => {
    let granted = 0;
    fc.assert(
      fc.property(anyChange, (change) => {
        const question = aQuestion(change);
        const decision = decideWish(question, rules);
        if (!isGranted(decision.outcome)) return;
        granted += 1;
        const role = decision.rule.split(": ")[1] ?? "";
        const { kind, target: name = "", registry, breakGlass } = question.wish;
        const allow =
          kind === "release" || kind === "reject"
            ? ownOf(rules.registries, registry)?.allow[kind]
            : ownOf(rules.targets, name)?.allow[
                breakGlass === true ? "breakGlass" : kind === "rollback" ? "rollback" : "deploy"
              ];
        expect(allow).toContain(role);
        expect(question.roles).toContain(role);
      }),
      runs,
    );
    expect(granted).toBeGreaterThan(20);
  });

  it("nothing is granted, glass or not, that the registry has not confirmed, or that is gone, held or rejected", () => {
    let broken = 0;
    fc.assert(
      fc.property(anyChange, fc.boolean(), (change, breaks) => {
        const wish = breaks ? { ...change.wish, breakGlass: true as const, reason: "down" } : change.wish;
        const roles = breaks ? ["oncall"] : change.roles;
        const question = aQuestion({
          ...change,
          ...(roles === undefined ? {} : { roles }),
          ...(wish === undefined ? {} : { wish }),
        });
        const decision = decideWish(question, rules);
        if (!isGranted(decision.outcome)) return;
        const { artifact } = question.facts;
        expect(question.halted).toBe(false);
        expect(artifact?.verification.state).toBe("verified");
        expect(artifact?.deletedAt).toBeUndefined();
        expect(question.wish.registry).toBe("contoso");
        if (question.wish.kind === "release" || question.wish.kind === "reject") return;
        expect(["image", "index"]).toContain(artifact?.kind);
        expect(["none", "passed"]).toContain(artifact === undefined ? "" : quarantineOf(artifact));
        if (decision.outcome === "allowed" && decision.breakGlass === true) broken += 1;
      }),
      runs,
    );
    expect(broken).toBeGreaterThan(5);
  });

  it("production is reached without approval by broken glass or the way back alone, and with it only past soak, freeze and locks", () => {
    let back = 0;
    fc.assert(
      fc.property(anyChange, fc.boolean(), (change, goesBack) => {
        const wish = goesBack ? { ...change.wish, ...wayBack } : change.wish;
        const question = aQuestion({ ...change, ...present({ wish }) });
        const decision = decideWish(question, rules);
        if (question.wish.target !== "production" || !isGranted(decision.outcome)) return;
        if (question.wish.kind === "release" || question.wish.kind === "reject") return;
        const { placement, locks } = question.facts;
        if (decision.outcome === "allowed" && question.wish.kind === "rollback" && !decision.breakGlass) {
          expect(previousDigests(placement)).toContain(question.wish.digest);
          expect(locks.filter(({ until }) => until === undefined)).toEqual([]);
          back += 1;
          return;
        }
        if (decision.outcome === "allowed") {
          expect(decision.breakGlass).toBe(true);
          expect((question.wish.reason ?? "").trim()).not.toBe("");
          return;
        }
        expect(decision).toMatchObject({ outcome: "needs-approval", count: 2 });
        expect(question.now).not.toBe(saturday);
        expect(locks.filter(({ until }) => until === undefined)).toEqual([]);
      }),
      runs,
    );
    expect(back).toBeGreaterThan(5);
  });
});
