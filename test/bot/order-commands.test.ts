import { afterAll, describe, expect, it } from "vitest";
import { maya, tomas } from "../support/stage.ts";
import { askForProduction, ola, onStaging, openApprovalStage } from "./with-approvals.ts";

const stage = await openApprovalStage();
afterAll(() => stage.close());

describe("running", () => {
  it("lists what runs where, under its own tag, and what somebody else put there", async () => {
    const first = await onStaging(stage, "shop/seen", "1.0");
    const said = await stage.command("/acr running");
    expect(said).toMatch(/\*staging\* shop\/seen `1\.0` `sha256:/);
    expect(said).not.toContain("changed outside the bot");
    expect(await stage.command("/acr running production")).toContain("Nothing deployed yet");
    expect(await stage.command("/acr running moon")).toContain('know a target "moon"');
    // Past the time in which a replica may still answer with our own write of before.
    stage.clock.advance(2 * 60_000);
    const other = await stage.push({ repository: "shop/seen", tag: "staging" });
    const drifted = await stage.until(async () => {
      const now = await stage.command("/acr running staging");
      return now.includes("changed outside the bot") && now;
    });
    expect(drifted).toContain(`shop/seen \`${other.digest.slice(0, 19)}\` since`);
    expect(drifted).toContain("changed outside the bot; last deployed here: `1.0`");
    expect(first.digest).not.toBe(other.digest);
  });
});

describe("history", () => {
  it("tells the last deployments to a target, how each ended, to everybody who may read", async () => {
    await onStaging(stage, "shop/past");
    const { operation } = await askForProduction(stage, "shop/past", "1", "because of the sale");
    expect(await stage.command("/acr history production", tomas)).toMatch(
      /awaits approval\* `shop\/past:1` · 0 of 2 approvals · until .* · asked by .*“of the sale”/,
    );
    await stage.command(`/acr decline ${operation.id} not today`, ola);
    expect(await stage.command("/acr history production", tomas)).toMatch(
      /was declined\* `shop\/past:1` · asked by .*“of the sale” · declined by .*“not today”/,
    );
    const staging = await stage.command("/acr history staging", tomas);
    expect(staging).toMatch(/Deployed to staging\* `shop\/past:1` · by /);
    expect(staging.indexOf("shop/past:1")).toBeLessThan(staging.indexOf("shop/seen:1.0"));
    for (const typed of ["history", "history production staging"])
      expect(await stage.command(`/acr ${typed}`)).toContain("Which target?");
  });
});

describe("promote", () => {
  it("asks for what comes after where the image is live", async () => {
    const { digest } = await onStaging(stage, "shop/next");
    expect(await stage.command("/acr promote shop/next:1 because tests are green")).toContain(
      "once 2 of approver approve",
    );
    const [operation] = await stage.bot.store.operationsOfRepository("contoso", "shop/next", 1);
    expect(operation).toMatchObject({
      target: "production",
      digest,
      reason: "tests are green",
      requestedBy: { userId: maya },
    });
  });

  it("says so where nothing comes after", async () => {
    await stage.push({ repository: "shop/nowhere", tag: "1" });
    await stage.card("shop/nowhere:1", ({ buttons }) => buttons.includes("acr:deploy"));
    expect(await stage.command("/acr promote shop/nowhere:1")).toContain("Nothing comes after");
    expect(await stage.bot.store.operationsOfRepository("contoso", "shop/nowhere", 1)).toEqual([]);
  });
});

describe("audit", () => {
  it("is for operators: the newest entries, of everything, a target, a repository or an image", async () => {
    await onStaging(stage, "shop/audited");
    await askForProduction(stage, "shop/audited", "1", "because of the sale");
    expect(await stage.command("/acr audit")).toContain('You need the role "operator"');
    const all = await stage.command("/acr audit", ola);
    expect(all).toMatch(/deploy\*[\s\S]*on production · needs-approval/);
    const image = await stage.command("/acr audit shop/audited:1", ola);
    expect(image).toContain("of the sale");
    expect(image).toContain("Maya Lindqvist");
    expect(await stage.command("/acr audit shop/audited", ola)).toContain("on staging · succeeded");
    const production = await stage.command("/acr audit production", ola);
    expect(production).toContain("shop/audited");
    expect(production).not.toContain("on staging");
    expect(await stage.command("/acr audit all", ola)).toContain("no entry about that");
    expect(await stage.command("/acr audit shop/audited:9", ola)).toContain("I know no image");
  });
});

describe("--plan", () => {
  it("says what would change and who must approve, and changes nothing", async () => {
    const { digest } = await onStaging(stage, "shop/planned");
    const said = await stage.command("/acr deploy shop/planned:1 to production —plan");
    expect(said).toContain("Plan: Deploy shop/planned:1 to production");
    expect(said).toContain(digest);
    expect(said).toContain("then 2 of approver must approve");
    expect(said).toContain("Nothing was changed");
    expect(await stage.command("/acr deploy shop/planned:1 to production --plan", ola)).toContain(
      "You need the role",
    );
    const operations = await stage.bot.store.operationsOfRepository("contoso", "shop/planned", 10);
    expect(operations.map(({ target }) => target)).toEqual(["staging"]);
    expect((await stage.audit()).filter(({ target }) => target === "production")).not.toContainEqual(
      expect.objectContaining({ repository: "shop/planned" }),
    );
  });
});
