import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChildDemo, startDemo } from "../support/child-demo.ts";
import { chromiumPath, hasChromium } from "../support/chromium.ts";
import { openBrowser } from "../support/shared-programs.ts";

if (!hasChromium) process.stderr.write(`skipped: the demo in a browser: there is no ${chromiumPath}\n`);

describe.skipIf(!hasChromium)("the demo in a browser", { timeout: 40_000 }, () => {
  let browser: Browser;
  let demo: ChildDemo;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    demo = await startDemo();
    complaints.length = 0;
    page = await open();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await demo[Symbol.asyncDispose]();
  });

  async function open(): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    opened.setDefaultTimeout(15_000);
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
    await opened.goto(demo.page);
    await opened.getByTestId("pane-slack").waitFor();
    return opened;
  }

  /** The card of a tag; a reply in its thread is no card. */
  const cardOf = (tag: string, where = page): Locator =>
    where
      .getByTestId("message")
      .filter({ hasText: `shop/checkout:${tag}` })
      .first();

  async function push(deed: string, tag: string): Promise<Locator> {
    await page.getByTestId("push-tag").fill(tag);
    await page.getByTestId(deed).click();
    const card = cardOf(tag);
    await card.waitFor();
    return card;
  }

  /** Presses a card's button, fills the dialog in and submits it. */
  async function act(card: Locator, action: string, reason: string): Promise<void> {
    await card.getByTestId(`action-acr:${action}`).click();
    const dialog = page.getByTestId("modal");
    await dialog.waitFor();
    await page.getByTestId("input-reason").fill(reason);
    await page.getByTestId("modal-submit").click();
    await dialog.waitFor({ state: "detached" });
  }

  it("pushes, releases and deploys by clicking, and another window sees the same", async () => {
    const other = await open();
    await (await push("push-image", "1.4.1")).getByTestId("action-acr:deploy").waitFor();

    await page.getByTestId("toggle-quarantine").click();
    await expect.poll(() => page.getByTestId("toggle-quarantine").getAttribute("aria-checked")).toBe("true");
    const card = await push("push-quarantined", "1.4.2");
    await card.filter({ hasText: "Quarantined" }).waitFor();
    expect(await card.getByTestId("action-acr:deploy").count()).toBe(0);
    await act(card, "release", "scan is clean");
    await card.getByTestId("action-acr:deploy").waitFor();
    await act(card, "deploy", "tax fix");
    await card.filter({ hasText: "Live on staging" }).waitFor();

    const { tags, manifests } = (await demo.state()).registry.repositories["shop/checkout"] ?? {};
    expect(tags?.staging).toBe(tags?.["1.4.2"]);
    expect(manifests?.[tags?.staging ?? ""]?.quarantineState).toBe("Passed");
    await cardOf("1.4.2", other).filter({ hasText: "Live on staging" }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("tells somebody without the role privately why not, and changes nothing", async () => {
    const card = await push("push-image", "1.4.1");
    await card.getByTestId("action-acr:deploy").waitFor();
    await page.getByTestId("user-switch").click();
    await page.getByTestId("user-U0TOMAS001").click();
    await card.getByTestId("action-acr:deploy").click();
    const refusal = page.getByTestId("modal");
    await refusal.filter({ hasText: "Not done" }).filter({ hasText: "deployer" }).waitFor();
    expect(await page.getByTestId("ephemeral").count()).toBe(0);
    await page.keyboard.press("Escape");
    await refusal.waitFor({ state: "detached" });
    const { operations, audit, registry } = await demo.state();
    expect(operations).toEqual([]);
    expect(audit).toMatchObject([{ outcome: "refused" }]);
    expect(registry.repositories["shop/checkout"]?.tags.staging).toBeUndefined();

    await page.getByTestId("user-switch").click();
    await page.getByTestId("user-U0MAYA0001").click();
  });
});
