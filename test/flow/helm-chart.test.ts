import { afterAll, describe, expect, it } from "vitest";
import { openProductionStage, repository } from "../support/production-stage.ts";
import { releases } from "../support/stage.ts";

const stage = await openProductionStage();
afterAll(() => stage.close());

describe("a Helm chart in a repository that production takes", () => {
  it("is not deployed there, by button or by command", async () => {
    const before = stage.running();
    await stage.push({ repository, tag: "0.3.0", helmChart: true });
    const card = await stage.card(`${repository}:0.3.0`, ({ buttons }) => buttons.includes("acr:deploy"));
    const blocks = JSON.stringify(
      stage.world.slack.messages(releases).find(({ ts }) => ts === card.ts)?.blocks,
    );
    expect(blocks).toContain("Helm chart");
    expect(blocks).not.toContain("Deploy to production");
    for (const more of ["", " --break-glass because it is down"]) {
      const said = await stage.command(`/acr deploy ${repository}:0.3.0 to production${more}`);
      expect(said).toContain("This is a Helm chart, and production runs images.");
    }
    const plan = await stage.command(`/acr deploy ${repository}:0.3.0 to production --plan`);
    expect(plan).toContain("This is a Helm chart");
    expect(stage.running()).toBe(before);
    expect(await stage.bot.store.listOperations(10)).toEqual([]);
  });
});
