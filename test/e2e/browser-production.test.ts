import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildDemo, type DemoState, startDemo } from "../support/child-demo.ts";
import { chromiumPath, hasChromium } from "../support/chromium.ts";
import { openBrowser } from "../support/shared-programs.ts";

if (!hasChromium)
  process.stderr.write(`skipped: production in the demo's browser: there is no ${chromiumPath}\n`);
const repository = "shop/checkout";
const maya = "U0MAYA0001";
const lena = "U0LENA0001";
const jonas = "29:jonas";

describe.skipIf(!hasChromium)("production in the demo's browser", { timeout: 60_000 }, () => {
  let browser: Browser;
  let demo: ChildDemo;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    [browser, demo] = await Promise.all([openBrowser(), startDemo()]);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    // A rollout takes some seconds, and one that fails waits for its deadline.
    page.setDefaultTimeout(30_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
    await page.goto(demo.page);
    await page.getByTestId("runs").waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.[Symbol.asyncDispose]();
  });

  const cardOf = (where: "message" | "teams-message", tag: string): Locator =>
    page
      .getByTestId(where)
      .filter({ hasText: `${repository}:${tag}` })
      .first();
  const inSlack = (tag: string) => cardOf("message", tag);
  const inTeams = (tag: string) => cardOf("teams-message", tag);
  const sees = (where: Locator, text: string | RegExp): Promise<void> =>
    where.filter({ hasText: text }).first().waitFor();
  const modal = () => page.getByTestId("modal");

  async function be(user: string): Promise<void> {
    await page.getByTestId("user-switch").click();
    await page.getByTestId(`user-${user}`).click();
  }

  /** Presses a button of the card by its label, fills the dialog in, and submits it; what the person is told if it was refused. */
  async function ask(tag: string, label: RegExp): Promise<string | undefined> {
    await inSlack(tag).getByRole("button", { name: label }).click();
    await page.getByTestId("input-reason").fill("tax fix");
    await page.getByTestId("modal-submit").click();
    const refused = modal().filter({ hasText: "Not done" });
    await Promise.race([refused.waitFor(), modal().waitFor({ state: "detached" })]);
    if ((await refused.count()) === 0) return undefined;
    const said = await refused.innerText();
    await page.keyboard.press("Escape");
    await modal().waitFor({ state: "detached" });
    return said;
  }

  /** Lena approves in Slack, then Jonas in Teams. */
  async function approve(tag: string): Promise<void> {
    await be(lena);
    await inSlack(tag).getByTestId("action-acr:approve").first().click();
    await sees(page.getByTestId("ephemeral"), "your approval counts, 1 of 2");
    await sees(inSlack(tag), "1 of 2");
    await sees(inTeams(tag), "1 of 2");
    await be(jonas);
    await inTeams(tag).getByTestId("teams-action-approve").first().click();
  }

  /** Waits until the panel shows all pods of production on the image of a tag. */
  async function podsRun(tag: string): Promise<void> {
    const production = page.getByTestId("runs-production");
    await expect
      .poll(() => production.getByTestId("pod").allInnerTexts(), { timeout: 20_000 })
      .toEqual(Array.from({ length: 3 }, () => expect.stringMatching(new RegExp(`${tag}\\s+Running`))));
    await sees(production.getByTestId("rollout"), "3/3 ready");
  }

  const imageOf = ({ runs = [] }: DemoState): string => {
    const production = runs.find(({ target }) => target === "production");
    return production?.kind === "workload" ? production.image : "";
  };
  const digestOf = (state: DemoState, tag: string) => state.registry.repositories[repository]?.tags[tag];

  it("shows what runs, and takes a push to staging", async () => {
    await podsRun("1.4.0");
    await page.getByTestId("push-tag").fill("1.4.2");
    await page.getByTestId("push-image").click();
    await inSlack("1.4.2").getByTestId("action-acr:deploy").first().waitFor();
    expect(await ask("1.4.2", /Deploy to staging/)).toBeUndefined();
    await sees(inSlack("1.4.2"), "Live on staging");
    await sees(page.getByTestId("runs-staging"), "1.4.2");
  });

  it("lets it soak, then waits for approval, and not for that of who asked", async () => {
    await expect
      .poll(() => ask("1.4.2", /Promote to production/), { timeout: 20_000, interval: 500 })
      .toBeUndefined();
    await sees(inSlack("1.4.2"), "Awaiting approval");
    await sees(inTeams("1.4.2"), "Awaiting approval");
    await inSlack("1.4.2").getByTestId("action-acr:approve").first().click();
    await sees(modal(), "You asked for this yourself");
    await page.keyboard.press("Escape");
    await modal().waitFor({ state: "detached" });
    await inTeams("1.4.2").getByTestId("teams-action-approve").first().click();
    await sees(page.getByTestId("teams-note"), "You asked for this yourself");
    const state = await demo.state();
    expect(imageOf(state)).toContain(digestOf(state, "1.4.0"));
  });

  it("goes live once Lena approved in Slack and Jonas in Teams", async () => {
    await approve("1.4.2");
    await sees(page.getByTestId("runs-production"), /[012]\/3 new/);
    await podsRun("1.4.2");
    await sees(inSlack("1.4.2"), "Live on production");
    await sees(inTeams("1.4.2"), "Live on production");
    const state = await demo.state();
    expect(imageOf(state)).toBe(`contoso.azurecr.io/${repository}@${digestOf(state, "1.4.2")}`);
  });

  it("goes back to what ran before at once, without anybody's approval", async () => {
    await be(maya);
    expect(await ask("1.4.2", /Roll back production to 1\.4\.0/)).toBeUndefined();
    await podsRun("1.4.0");
    await sees(inSlack("1.4.2"), "Rolled back");
    const state = await demo.state();
    expect(imageOf(state)).toContain(digestOf(state, "1.4.0"));
    expect(state.operations.map(({ kind, target, state: end }) => [kind, target, end])).toEqual([
      ["rollback", "production", "succeeded"],
      ["deploy", "production", "succeeded"],
      ["deploy", "staging", "succeeded"],
    ]);
    expect(complaints).toEqual([]);
  });
});
