import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildDemo, startDemo } from "../support/child-demo.ts";
import { chromiumPath, hasChromium } from "../support/chromium.ts";
import { openBrowser } from "../support/shared-programs.ts";

if (!hasChromium) process.stderr.write(`skipped: Teams in the demo's browser: there is no ${chromiumPath}\n`);
const repository = "shop/checkout";

describe.skipIf(!hasChromium)("the demo's Teams in a browser", { timeout: 40_000 }, () => {
  let browser: Browser;
  let demo: ChildDemo;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    [browser, demo] = await Promise.all([openBrowser(), startDemo()]);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
    await page.goto(demo.page);
    await page.getByTestId("pane-teams").waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.[Symbol.asyncDispose]();
  });

  /** The cards of a tag, one in each pane; a reply in a thread is no card. */
  const cardsOf = (tag: string): { readonly slack: Locator; readonly teams: Locator } => {
    const named = (testId: string) =>
      page
        .getByTestId(testId)
        .filter({ hasText: `${repository}:${tag}` })
        .first();
    return { slack: named("message"), teams: named("teams-message") };
  };

  const sees = (where: Locator, text: string): Promise<void> =>
    where.filter({ hasText: text }).first().waitFor();

  it("shows what was pushed in both panes", async () => {
    await page.getByTestId("push-tag").fill("1.4.1");
    await page.getByTestId("push-image").click();
    const { slack, teams } = cardsOf("1.4.1");
    await slack.getByTestId("action-acr:deploy").waitFor();
    await teams.getByTestId("teams-action-deploy-to-staging").waitFor();
  });

  it("releases by a dialog of Teams, which wants a reason, and both panes say so", async () => {
    await page.getByTestId("toggle-quarantine").click();
    await expect.poll(() => page.getByTestId("toggle-quarantine").getAttribute("aria-checked")).toBe("true");
    await page.getByTestId("push-tag").fill("1.4.2");
    await page.getByTestId("push-quarantined").click();
    const { slack, teams } = cardsOf("1.4.2");
    await sees(teams, "Quarantined");
    expect(await teams.getByTestId("teams-action-deploy-to-staging").count()).toBe(0);
    await teams.getByTestId("teams-action-release").click();
    const dialog = page.getByTestId("teams-dialog");
    await dialog.locator("textarea").waitFor();
    await page.getByTestId("teams-dialog-submit").click();
    await sees(dialog, "Say why in a few words.");
    await dialog.locator("textarea").fill("scan is clean");
    await page.getByTestId("teams-dialog-submit").click();
    await dialog.waitFor({ state: "detached" });
    await sees(teams, "Released");
    await sees(teams, "scan is clean");
    await sees(slack, "Released");
    await sees(slack, "scan is clean");
  });

  it("deploys from Slack, and Teams' card is live", async () => {
    const { slack, teams } = cardsOf("1.4.2");
    await slack.getByTestId("action-acr:deploy").click();
    await page.getByTestId("input-reason").fill("tax fix");
    await page.getByTestId("modal-submit").click();
    await page.getByTestId("modal").waitFor({ state: "detached" });
    await sees(teams, "Live on staging");
    await sees(slack, "Live on staging");
    const { tags } = (await demo.state()).registry.repositories[repository] ?? {};
    expect(tags?.staging).toBe(tags?.["1.4.2"]);
  });

  it("tells Priya alone in Teams why not, lets her suggest it, and changes nothing", async () => {
    const before = await demo.state();
    await page.getByTestId("user-switch").click();
    await page.getByTestId("user-29:priya").click();
    const { teams } = cardsOf("1.4.1");
    await teams.getByTestId("teams-action-deploy-to-staging").click();
    const refusal = page.getByTestId("teams-dialog");
    await sees(refusal, 'You need the role "deployer"');
    await sees(refusal, "Suggest it");
    await page.getByTestId("teams-dialog-cancel").click();
    await refusal.waitFor({ state: "detached" });
    const { operations, audit, registry } = await demo.state();
    expect(operations).toEqual(before.operations);
    expect(audit[0]).toMatchObject({ outcome: "refused", who: { platform: "teams" } });
    expect(registry.repositories[repository]?.tags).toEqual(before.registry.repositories[repository]?.tags);
    await page.getByTestId("user-switch").click();
    await page.getByTestId("user-U0MAYA0001").click();
    expect(complaints).toEqual([]);
  });
});
