import { describe, expect, it } from "vitest";
import { decideWish } from "../../src/policy/decide-wish.ts";
import { aRetagTarget } from "../support/a-target.ts";
import { type Case, table } from "./decide-table.ts";
import {
  aLock,
  anArtifact,
  anOperation,
  aPlacement,
  aQuestion,
  type Change,
  digest,
  hourMs,
  minuteMs,
  onProduction,
  rulesWith,
  wednesday,
} from "./questions.ts";

const cases = table.flatMap((one) => one.cases);
const refused = cases.filter(({ expected }) => expected.outcome === "refused");
const granted = cases.filter(({ expected }) => expected.outcome !== "refused");
const decideCase = ({ change, rules }: Case, mode = rules.mode) =>
  decideWish(aQuestion(change), rulesWith(mode === undefined ? rules : { ...rules, mode }));

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
    expect(decideWish(aQuestion(onProduction()), rulesWith())).toEqual({
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
      expect(
        decideWish(aQuestion(change), rulesWith({ ...rules, targets: Object.fromEntries(all) })),
      ).toEqual({
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
  const soak = (ms: number, ago: number) => {
    const { targets } = rulesWith();
    const production = aRetagTarget({
      ...targets.production,
      type: "retag",
      after: { target: "staging", soakMs: ms },
    });
    const placement = aPlacement({ digest, at: wednesday - ago, how: "deploy" });
    const decision = decideWish(
      aQuestion(onProduction({ facts: { placements: [placement] } })),
      rulesWith({ targets: { ...targets, production } }),
    );
    return decision.outcome === "refused" ? `${decision.why} ${decision.help}` : decision.outcome;
  };

  it.each([
    [2 * hourMs, hourMs, "for 2 h; this one has for 1 h. Ask again at 2026-11-18 13:00 UTC."],
    [90 * minuteMs, minuteMs, "for 90 min; this one has for 1 min. Ask again at 2026-11-18 13:29 UTC."],
    [minuteMs, 59_000, "for 1 min; this one has for 59 s. Ask again in 1 s."],
  ])("says how long an image has to soak (%i, %i ms)", (ms, ago, words) => {
    expect(soak(ms, ago)).toContain(words);
  });

  it("says what is in the way, how far that is, and who holds what until when", () => {
    const words = (change: Change) => {
      const decision = decideWish(aQuestion(change), rulesWith());
      return decision.outcome === "refused" ? decision.why : decision.outcome;
    };
    expect(words(onProduction({ roles: [] }))).toBe('You need the role "deployer" to deploy on production.');
    expect(words(onProduction({ roles: [], wish: { kind: "rollback" } }))).toContain(
      "to roll back on production.",
    );
    expect(words(onProduction({ roles: [], wish: { breakGlass: true } }))).toContain(
      "to break the glass on production.",
    );
    const reviewed = (state: string) => {
      const artifact = anArtifact({ registryQuarantine: { state, at: 1 } });
      return words({ wish: { kind: "reject", reason: "no" }, facts: { artifact } });
    };
    expect(reviewed("Passed")).toBe("It was released already.");
    expect(reviewed("Failed")).toBe("It was rejected already.");
    expect(reviewed("")).toBe("It is not quarantined.");
    const open = [anOperation({ state: "awaiting-approval" })];
    expect(words({ facts: { open } })).toBe(
      "maya asked for a deploy on staging already, and it is awaiting approval.",
    );
    expect(words({ facts: { open: [anOperation()] } })).toContain("and it is running.");
    const until = wednesday + hourMs;
    expect(words({ facts: { locks: [aLock({ kind: "all" }, { until })] } })).toBe(
      "Everything is frozen by gwen until 2026-11-18 13:00 UTC: inventory",
    );
    expect(words({ facts: { locks: [aLock({ kind: "target", target: "staging" })] } })).toBe(
      "staging is locked by gwen: inventory",
    );
  });

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
