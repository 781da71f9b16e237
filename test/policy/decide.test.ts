import { describe, expect, it } from "vitest";
import { decide } from "../../src/policy/decide.ts";
import { type Case, table } from "./decide-table.ts";
import { aQuestion, hourMs, onProduction, rulesWith } from "./questions.ts";

const cases = table.flatMap((one) => one.cases);
const refused = cases.filter(({ expected }) => expected.outcome === "refused");
const granted = cases.filter(({ expected }) => expected.outcome !== "refused");
const decideCase = ({ change, rules }: Case, mode = rules.mode) =>
  decide(aQuestion(change), rulesWith(mode === undefined ? rules : { ...rules, mode }));

describe.each(table)("decide: $topic", ({ cases }) => {
  it.each(cases)("$what", (one) => {
    const { outcome, rule, ...rest } = decideCase(one);
    const { breakGlass, lacking } = { breakGlass: undefined, lacking: undefined, ...rest };
    // What is not expected must not be there either: toEqual takes undefined for absent.
    expect({ outcome, rule, breakGlass, lacking }).toEqual(one.expected);
  });
});

describe("decide: what an approval needs", () => {
  it("is what the target says", () => {
    expect(decide(aQuestion(onProduction()), rulesWith())).toEqual({
      outcome: "needs-approval",
      rule: "targets.production.allow.deploy: deployer",
      count: 2,
      from: ["approver"],
      expiresMs: 4 * hourMs,
    });
  });
});

describe("observe", () => {
  it.each(granted)("changes nothing and says which rule would: $what", (one) => {
    expect(decideCase(one, "observe")).toEqual({ outcome: "observed", rule: one.expected.rule });
  });

  it("of one target counts where the bot acts", () => {
    const { targets } = rulesWith();
    const all = Object.entries(targets).map(([name, one]) => [name, { ...one, mode: "observe" }] as const);
    const placing = granted.filter(({ expected }) => expected.rule.startsWith("targets."));
    expect(placing.length).toBeGreaterThan(20);
    for (const { change, rules, expected } of placing)
      expect(decide(aQuestion(change), rulesWith({ ...rules, targets: Object.fromEntries(all) }))).toEqual({
        outcome: "observed",
        rule: expected.rule,
      });
  });

  it.each(refused.filter(({ expected }) => expected.rule !== "mode"))(
    "refuses what is refused: $what",
    (one) => {
      expect(decideCase(one, "observe").outcome).toBe("refused");
    },
  );
});

describe("notify", () => {
  it.each(cases)("refuses everything: $what", (one) => {
    expect(decideCase(one, "notify").outcome).toBe("refused");
  });
});

describe("a refusal", () => {
  it.each(refused)("says why, and what helps: $what", (one) => {
    const decision = decideCase(one);
    if (decision.outcome !== "refused") throw new Error("not refused");
    const { why, help } = decision;
    // Somebody's own words may stand at the end, after a colon.
    expect(why).toMatch(/^.{10,}[.]$|: .+$/s);
    expect(help).toMatch(/^.{10,}[.]$/s);
    expect(`${why} ${help}`).not.toMatch(/undefined|NaN|\[object/);
  });
});
