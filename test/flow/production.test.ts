import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maya as mayaOnTeams } from "../support/on-teams.ts";
import { openProductionStage, type ProductionStage } from "../support/production-stage.ts";
import { lena, maya } from "../support/stage.ts";

let stage: ProductionStage;
beforeAll(async () => {
  stage = await openProductionStage();
});
afterAll(() => stage?.close());

describe("production, on Kubernetes, with two approvals", () => {
  it("goes live once two have approved, one in Slack and one in Teams, and back the same way", async () => {
    const first = stage.running();
    const { digest, ts } = await stage.onStaging("1.4.2");
    const asked = await stage.ask(ts, { reason: "tax fix" });
    expect(asked).toMatchObject({ state: "awaiting-approval", digest, target: "production" });
    expect(await stage.approveInSlack("1.4.2", maya)).toContain("You asked for this yourself");
    expect(await stage.approveInTeams("1.4.2", mayaOnTeams.id)).toContain("You asked for this yourself");
    expect(await stage.approveInSlack("1.4.2", lena)).toContain("1 of 2");
    expect(stage.changes()).toBe(0);
    expect(await stage.approveInTeams("1.4.2")).toContain("it starts now");
    await stage.untilState(asked.id, "succeeded");
    expect(stage.running()).toBe(digest);
    await stage.card("shop/checkout:1.4.2", ({ text }) => text.includes("Live on production"));
    await stage.teams.card("shop/checkout:1.4.2", ({ text }) => text.includes("Live on production"));

    const back = await stage.ask(ts, { verb: "rollback" });
    expect(back).toMatchObject({ state: "awaiting-approval", kind: "rollback", digest: first });
    await stage.approved("1.4.2", back);
    expect(stage.running()).toBe(first);
    expect(stage.changes()).toBe(2);
  });
});
