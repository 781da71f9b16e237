import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page as BuiltPage } from "../../demo/page/build.ts";
import { buildPage } from "../../demo/page/build.ts";
import { startFakeDemoApi } from "../demo/fake-demo-api.ts";
import { deployView } from "../demo/sample-view.ts";
import { busyWorld, checkoutDigest, emptyWorld, hostileMessage } from "../demo/sample-world.ts";
import { hasChromium } from "../support/chromium.ts";
import { openBrowser } from "../support/shared-programs.ts";

const at = Math.floor(Date.now() / 1000);
const maya = "U0MAYA0001";

/** Waits, by the browser's own retries, until the text is there. */
const seeText = (where: Locator, text: string | RegExp): Promise<void> =>
  where.filter({ hasText: text }).first().waitFor();

if (!hasChromium) process.stderr.write("skipped: the demo page: Chromium is not installed here\n");

describe.skipIf(!hasChromium)("the demo page", { timeout: 30_000 }, () => {
  let browser: Browser;
  let built: BuiltPage;
  let page: Page;
  let api: Awaited<ReturnType<typeof startFakeDemoApi>>;
  let complaints: string[];

  beforeAll(async () => {
    built = await buildPage();
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser.close());

  beforeEach(async () => {
    api = await startFakeDemoApi({ page: built, world: busyWorld(at) });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(10_000);
    complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(new URL(api.address).origin)) complaints.push(request.url());
    });
    await page.goto(api.address);
    await page.getByTestId("pane-slack").waitFor();
  });
  afterEach(async () => {
    await page.close();
    await api.close();
  });

  it("pushes what the fields say, and counts the tag up", async () => {
    const push = api.next("/registry/push");
    await page.getByTestId("push-image").click();
    expect((await push).body).toEqual({ repository: "shop/checkout", tag: "1.4.3" });
    await expect.poll(() => page.getByTestId("push-tag").inputValue()).toBe("1.4.4");

    const many = api.next("/registry/push");
    await page.getByTestId("push-multi-arch").click();
    expect((await many).body).toEqual({
      repository: "shop/checkout",
      tag: "1.4.4",
      platforms: ["linux/amd64", "linux/arm64"],
    });
    expect(complaints).toEqual([]);
  });

  it("turns quarantine on before it pushes into it, and deletes the newest by its digest", async () => {
    api.show(emptyWorld());
    await seeText(page.getByTestId("toggle-quarantine"), "Quarantine off");
    const push = api.next("/registry/push");
    await page.getByTestId("push-quarantined").click();
    await push;
    expect(api.asked.map(({ path }) => path)).toEqual(["/registry/quarantine-policy", "/registry/push"]);
    expect(api.asked[0]?.body).toEqual({ enabled: true });

    api.show(busyWorld(at));
    const gone = api.next("/registry/delete");
    await page.getByTestId("delete-newest").click();
    expect((await gone).body).toEqual({
      repository: "shop/checkout",
      digest: checkoutDigest,
    });
  });

  it("sends a click with its message, and shows that it is pending until it is answered", async () => {
    const answered = Promise.withResolvers<{ body: object }>();
    api.answer("/slack/click", () => answered.promise);
    const button = page.getByTestId("action-promote");
    const click = api.next("/slack/click");
    await button.click();
    await expect.poll(() => button.getAttribute("aria-busy")).toBe("true");
    answered.resolve({ body: { ok: true } });
    expect((await click).body).toEqual({
      channel: "C0RELEASES",
      ts: `${at - 1500}.000100`,
      user: maya,
      actionId: "promote",
      value: "card-7f3a",
    });
    await expect.poll(() => button.getAttribute("aria-busy")).toBe("false");
  });

  it("asks before a click that wants confirmation, and Escape sends nothing", async () => {
    await page.getByTestId("action-reject").click();
    await seeText(page.getByTestId("confirm"), "Reject this image?");
    await page.keyboard.press("Escape");
    await page.getByTestId("confirm").waitFor({ state: "detached" });
    expect(api.asked).toEqual([]);

    await page.getByTestId("action-reject").click();
    const click = api.next("/slack/click");
    await page.getByTestId("confirm-yes").click();
    expect((await click).body).toMatchObject({ actionId: "reject", user: maya });
  });

  it("submits a dialog with Slack's values, shows its errors, and closes with the world", async () => {
    const world = busyWorld(at);
    api.show({ ...world, slack: { ...world.slack, views: [deployView] } });
    const modal = page.getByTestId("modal");
    await seeText(modal, "Deploy shop/checkout");
    await page.getByTestId("modal-submit").click();
    await seeText(page.getByTestId("note-target"), "Please complete this required field.");
    expect(api.asked).toEqual([]);

    await page.getByTestId("input-target").selectOption("staging");
    await page.getByTestId("input-reason").fill("tax fix");
    await page.getByTestId("input-also").getByLabel("Tell #platform").check();
    api.answer("/slack/submit", () => ({ body: { errors: { reason: "Say a little more." } } }));
    const submit = api.next("/slack/submit");
    await page.getByTestId("modal-submit").click();
    expect((await submit).body).toEqual({
      viewId: deployView.id,
      user: maya,
      values: {
        target: {
          choose: {
            type: "static_select",
            selected_option: { text: { type: "plain_text", text: "staging" }, value: "staging" },
          },
        },
        reason: { write: { type: "plain_text_input", value: "tax fix" } },
        way: {
          pick: {
            type: "radio_buttons",
            selected_option: { text: { type: "plain_text", text: "All at once" }, value: "all" },
          },
        },
        also: {
          tick: {
            type: "checkboxes",
            selected_options: [{ text: { type: "plain_text", text: "Tell #platform" }, value: "tell" }],
          },
        },
        ticket: { write: { type: "plain_text_input", value: null } },
      },
    });
    await seeText(page.getByTestId("note-reason"), "Say a little more.");
    expect(await page.getByTestId("input-reason").inputValue()).toBe("tax fix");

    api.show(busyWorld(at));
    await modal.waitFor({ state: "detached" });
  });

  it("keeps the keyboard in a dialog, and Escape closes it for the bot too", async () => {
    const world = busyWorld(at);
    api.show({ ...world, slack: { ...world.slack, views: [deployView] } });
    await page.getByTestId("modal").waitFor();
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press("Tab");
      expect(await page.locator("[data-testid=modal] :focus").count()).toBe(1);
    }
    const close = api.next("/slack/close");
    await page.keyboard.press("Escape");
    expect((await close).body).toEqual({ viewId: deployView.id, user: maya });
  });

  it("shows what only the chosen user may see", async () => {
    const world = busyWorld(at);
    api.show({ ...world, slack: { ...world.slack, views: [{ ...deployView, user: "U0TOMAS001" }] } });
    await page.getByTestId("channel-D0MAYA0001").waitFor();
    expect(await page.getByTestId("ephemeral").count()).toBe(0);
    expect(await page.getByTestId("modal").count()).toBe(0);

    await page.getByTestId("user-switch").click();
    await seeText(page.getByTestId("user-U0TOMAS001"), "no role");
    await page.getByTestId("user-U0TOMAS001").click();
    await seeText(page.getByTestId("ephemeral"), /Only visible to you.*You need deployer on staging/s);
    await page.getByTestId("modal").waitFor();
    expect(await page.getByTestId("channel-D0MAYA0001").count()).toBe(0);
  });

  it("sends commands, brings them back with the arrow keys, and says when they were refused", async () => {
    const composer = page.getByTestId("composer");
    const command = api.next("/slack/command");
    await composer.fill("/acr help");
    await composer.press("Enter");
    expect((await command).body).toEqual({ channel: "C0RELEASES", user: maya, text: "/acr help" });
    // Nothing is sent while the one before is under way.
    await page.locator('.composer .send[aria-busy="false"]').waitFor();

    api.answer("/slack/command", () => ({ status: 500, body: { error: "The bot is away." } }));
    await composer.fill("@acr status");
    await composer.press("Enter");
    await seeText(page.getByTestId("ephemeral"), "The bot is away.");
    await composer.press("ArrowUp");
    await composer.press("ArrowUp");
    await expect.poll(() => composer.inputValue()).toBe("/acr help");
  });

  it("keeps hostile text text", async () => {
    const world = busyWorld(at);
    const { C0RELEASES = [], ...others } = world.slack.channels;
    api.show({
      ...world,
      slack: { ...world.slack, channels: { ...others, C0RELEASES: [...C0RELEASES, hostileMessage(at)] } },
    });
    const message = page.locator(`[data-testid=message][data-ts="${at}.000200"]`);
    await seeText(message, "<!channel> <img src=x onerror=window.hacked=3> *not bold*");
    await seeText(message, "<!channel> <@U0MAYA0001> <script>window.hacked=1</script>");
    await seeText(message, "10:30:22 # heading &lt;");
    await seeText(message, "`not code` <@U0MAYA0001>");
    expect(await message.locator(".mention, b > b, script, a, .block-header img").count()).toBe(0);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    const wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
    await page.setViewportSize({ width: 900, height: 700 });
    expect(await page.evaluate(wide)).toBe(false);
    expect(complaints).toEqual([]);
  });

  it("shows names, local times and replies, and folds a thread", async () => {
    const root = page.locator(`[data-testid=message][data-ts="${at - 1500}.000100"]`);
    await seeText(root, "updated 4 times");
    await seeText(root, "@Maya Lindqvist");
    await seeText(root, /When\s*(today|yesterday) at \d/);
    await page.getByRole("button", { name: "2 replies" }).click();
    expect(await root.getByTestId("message").count()).toBe(0);
  });

  it("looks at the newest message when one comes", async () => {
    const world = busyWorld(at);
    const { C0RELEASES = [] } = world.slack.channels;
    const oldest = page.locator(`[data-testid=message][data-ts="${at - 1800}.000100"]`);
    const isInView = async (message: Locator): Promise<boolean> => {
      const [box, list] = [await message.boundingBox(), await page.locator(".messages").boundingBox()];
      return !!box && !!list && box.y >= list.y && box.y + box.height <= list.y + list.height;
    };
    expect(await isInView(oldest)).toBe(false);
    await page.locator(".messages").hover();
    await page.mouse.wheel(0, -5000);
    await expect.poll(() => isInView(oldest)).toBe(true);
    const said = { ts: `${at + 1}.000100`, user: maya, text: "The newest of all", edits: 0 };
    const channels = { ...world.slack.channels, C0RELEASES: [...C0RELEASES, said] };
    api.show({ ...world, slack: { ...world.slack, channels } });
    const newest = page.getByTestId("message").filter({ hasText: said.text });
    await expect.poll(() => isInView(newest)).toBe(true);
  });

  it("asks for the state itself while there are no events", async () => {
    api.stopEvents();
    api.show(emptyWorld());
    await seeText(page.getByTestId("pane-slack"), "Nothing pushed yet: press Push image");
    await seeText(page.locator(".connection"), "Reconnecting");
  });
});
