import { describe, expect, it } from "vitest";
import { linesOf, load } from "./support.ts";
import { examples, ground, variables } from "./target-support.ts";

const id = (end: string) => `a11ce000-0000-4000-8000-0000000000${end}`;
const line = (words: string) =>
  `chatops.yaml:20:30 targets.one.approvals.count: can never be had: the roles under from have ${words}`;

/** The lines of a target that needs so many of `from`, asked for by `deploy`. */
async function linesWith(count: number, from: string, deploy: string, file = ground, more = "") {
  const keys = `approvals: { count: ${count}, from: [${from}] }, allow: { deploy: [${deploy}] }`;
  const target = examples.kubernetes.replace(/, allow: \{[^}]*\}/, "").replace("type:", `${keys}, type:`);
  return linesOf(await load(`${file}targets:\n  one: ${target}\n${more}`, variables));
}

describe("approvals that nobody can give are refused", () => {
  it("where the roles have fewer people than are needed", async () => {
    expect(await linesWith(2, "lead", "deployer")).toEqual([]);
    expect(await linesWith(3, "lead", "deployer")).toEqual([line("2 people")]);
  });

  it("not where groups, which nobody can count here, may hold more", async () => {
    expect(await linesWith(9, "lead, deployer", "lead")).toEqual([]);
  });

  it("where everybody who may ask is needed to approve", async () => {
    expect(await linesWith(2, "lead", "lead")).toEqual([line("2 people, and whoever asks can't approve")]);
    expect(await linesWith(1, "lead", "lead")).toEqual([]);
    expect(await linesWith(2, "lead", "lead, deployer")).toEqual([]);
  });

  it("of roll backs, counted by themselves", async () => {
    const keys =
      "approvals: { count: 1, from: [lead, deployer], rollback: { count: 3, from: [lead] } }, allow: { rollback: [deployer] }";
    const target = examples.kubernetes.replace(/, allow: \{[^}]*\}/, "").replace("type:", `${keys}, type:`);
    expect(linesOf(await load(`${ground}targets:\n  one: ${target}\n`, variables))).toEqual([
      expect.stringContaining(
        "targets.one.approvals.rollback.count: can never be had: the roles under from have 2 people",
      ),
    ]);
  });

  const onBoth = ground.replace(
    "slack: [U012ABCDF, U012ABCDG]",
    `slack: [U012ABCDF], teams: [${id("a1").toUpperCase()}, ${id("b2")}]`,
  );
  const teams = (groups: boolean) =>
    `teams: { appId: ${id("00")}, tenantId: ${id("00")}, groups: ${groups} }\n`;
  const maya = `people: [{ name: Maya, slack: U012ABCDF, teams: ${id("a1")} }]\n`;

  it("counting people, and accounts of two platforms that nobody mapped as one human's", async () => {
    expect(await linesWith(3, "lead", "deployer", onBoth, teams(false) + maya)).toEqual([line("2 people")]);
    expect(await linesWith(3, "lead", "deployer", onBoth, teams(false))).toEqual([line("2 people")]);
    expect(await linesWith(2, "lead", "deployer", onBoth, teams(false))).toEqual([]);
  });

  it("an id of Teams may be a group unless somebody says whose it is", async () => {
    expect(await linesWith(3, "lead", "deployer", onBoth, teams(true) + maya)).toEqual([]);
    const mapped = onBoth.replace(`, ${id("b2")}`, "");
    expect(await linesWith(2, "lead", "deployer", mapped, teams(true) + maya)).toEqual([line("1 person")]);
  });

  it("not counting accounts of a platform that is not configured", async () => {
    expect(await linesWith(2, "lead", "deployer", onBoth)).toEqual([line("1 person")]);
  });
});
