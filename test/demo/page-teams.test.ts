import { existsSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Page as BuiltPage } from "../../demo/page/build.ts";
import { buildPage } from "../../demo/page/build.ts";
import { startFakeDemoApi } from "./fake-demo-api.ts";
import { bot, busyTeams, maya, mayasChat, onCall, openDialog, priya, releases, zoe } from "./sample-teams.ts";
import { bothWorlds, busyWorld } from "./sample-world.ts";

const chromiumPath = "/usr/bin/chromium";
const isThere = existsSync(chromiumPath);
if (!isThere) process.stdout.write(`The Teams pane was not driven: there is no ${chromiumPath}.\n`);

const chromiumArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const at = Math.floor(Date.now() / 1000);
const quarantined = "1700000005";
const live = "1700000001";

/** Waits, by the browser's own retries, until the text is there. */
const seeText = (where: Locator, text: string | RegExp): Promise<void> =>
  where.filter({ hasText: text }).first().waitFor();

describe.skipIf(!isThere)("the Teams pane", { timeout: 30_000 }, () => {
  let browser: Browser;
  let built: BuiltPage;
  let page: Page;
  let pane: Locator;
  let api: Awaited<ReturnType<typeof startFakeDemoApi>>;
  let complaints: string[];

  const message = (id: string): Locator => page.locator(`[data-testid=teams-message][data-id="${id}"]`);
  const showTeams = (change: object): void => {
    const world = bothWorlds(at);
    api.show({ ...world, teams: { ...world.teams, ...change } });
  };
  const become = async (id: string): Promise<void> => {
    await page.getByTestId("user-switch").click();
    await page.getByTestId(`user-${id}`).click();
  };

  beforeAll(async () => {
    built = await buildPage();
    browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
  }, 60_000);
  afterAll(() => browser.close());

  beforeEach(async () => {
    api = await startFakeDemoApi({ page: built, world: bothWorlds(at) });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(10_000);
    complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (said) => {
      if (said.type() === "error") complaints.push(said.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(new URL(api.address).origin)) complaints.push(request.url());
    });
    await page.goto(api.address);
    pane = page.getByTestId("pane-teams");
    await pane.waitFor();
  });
  afterEach(async () => {
    await page.close();
    await api.close();
  });

  it("shows the cards beside Slack's, with threads that fold, and complains of nothing", async () => {
    await seeText(page.getByTestId("pane-slack"), "shop/checkout:1.4.2");
    await seeText(message(live), "🟢 Live on staging");
    await seeText(message(live), /Pushed.*2026.*with docker/s);
    expect(
      await message(live).getByRole("link", { name: "github.com/contoso/shop" }).getAttribute("rel"),
    ).toBe("noopener noreferrer");
    expect(await message("1700000002").count()).toBe(0);
    await message(live).getByRole("button", { name: "1 earlier reply" }).click();
    await seeText(message("1700000002"), "Deploying to staging");
    const wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
    expect(await page.evaluate(wide)).toBe(false);
    expect(complaints).toEqual([]);
  });

  it("sends a press with the card's data, and turns until it is answered", async () => {
    const answered = Promise.withResolvers<{ body: object }>();
    api.answer("/teams/click", () => answered.promise);
    const button = message(quarantined).getByTestId("teams-action-release");
    const click = api.next("/teams/click");
    await button.click();
    await expect.poll(() => button.getAttribute("aria-busy")).toBe("true");
    // A world that is the same but for something else must not draw the card anew.
    showTeams({ notes: [{ user: maya, conversation: releases, messageId: live, text: "Meanwhile" }] });
    await seeText(page.getByTestId("teams-note"), "Meanwhile");
    expect(await button.getAttribute("aria-busy")).toBe("true");
    answered.resolve({ body: { ok: true } });
    expect((await click).body).toEqual({
      conversation: releases,
      id: quarantined,
      verb: "Release…",
      data: { msteams: { type: "task/fetch" }, reference: expect.any(String) },
      user: maya,
    });
    await expect.poll(() => button.getAttribute("aria-busy")).toBe("false");
  });

  it("sends the verb of an Action.Execute, also from the menu of those that do not fit", async () => {
    const actions = [
      { type: "Action.Execute", title: "Approve", verb: "approve", data: { reference: "r1" } },
      {
        type: "Action.Execute",
        title: "Cancel it",
        verb: "cancel",
        data: { reference: "r2" },
        mode: "secondary",
      },
    ];
    const card = { type: "AdaptiveCard", version: "1.5", body: [{ type: "ActionSet", actions }] };
    const conversations = { [releases]: [{ id: "1", from: bot, card, text: "", edits: 0, at: at * 1000 }] };
    showTeams({ conversations });
    const first = api.next("/teams/click");
    await page.getByTestId("teams-action-approve").click();
    expect((await first).body).toMatchObject({ verb: "approve", data: { reference: "r1" } });
    const second = api.next("/teams/click");
    await message("1").locator("button[aria-expanded]").click();
    await page.getByTestId("teams-action-cancel").click();
    expect((await second).body).toMatchObject({ verb: "cancel", data: { reference: "r2" }, id: "1" });
  });

  it("shows a refused click as a note under the card, until it is dismissed", async () => {
    api.answer("/teams/click", () => ({ status: 502, body: { error: "The bot is away." } }));
    await message(quarantined).getByTestId("teams-action-reject").click();
    const note = message(quarantined).getByTestId("teams-note");
    await seeText(note, /The bot is away\..*Only you can see this/s);
    await note.getByRole("button", { name: "Dismiss" }).click();
    await note.waitFor({ state: "detached" });
  });

  it("shows the newest note only, and a card that is one person's own", async () => {
    const note = { user: maya, conversation: releases, messageId: quarantined };
    const card = { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text: "Yours alone" }] };
    showTeams({
      notes: [
        { ...note, kind: "message", text: "First", at: 1 },
        { ...note, kind: "failure", text: "Second", at: 2 },
        { ...note, user: priya, kind: "message", text: "Priya's", at: 3 },
      ],
      cardViews: [{ ...note, messageId: live, card }],
    });
    await seeText(page.getByTestId("teams-note"), "Second");
    expect(await page.getByTestId("teams-note").count()).toBe(1);
    await seeText(message(live), "Yours alone");
    await page.getByTestId("teams-note").getByRole("button").click();
    await page.getByTestId("teams-note").waitFor({ state: "detached" });
  });

  it("opens links in a new tab, and other schemes not at all", async () => {
    const [opened] = await Promise.all([
      page.context().waitForEvent("page"),
      message(quarantined).getByTestId("teams-action-portal").click(),
    ]);
    expect(await opened.evaluate("window.opener")).toBeNull();
    await opened.close();
    const actions = [{ type: "Action.OpenUrl", title: "Bad", url: "javascript:window.hacked=1" }];
    const card = { type: "AdaptiveCard", version: "1.5", body: [{ type: "ActionSet", actions }] };
    showTeams({ conversations: { [releases]: [{ id: "1", from: bot, card, edits: 0, at: at * 1000 }] } });
    await page.getByTestId("teams-action-bad").click();
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(page.context().pages()).toHaveLength(1);
  });

  it("checks a dialog's inputs, submits them, shows what the bot refused, and closes with the world", async () => {
    showTeams({ dialogs: [openDialog("dialog-reject", maya)] });
    const dialog = page.getByTestId("teams-dialog");
    await seeText(dialog, "Reject image");
    await page.getByTestId("teams-dialog-submit").click();
    await seeText(dialog, "Say why in a few words.");
    expect(api.asked).toEqual([]);

    await dialog.locator("textarea").fill("two criticals");
    api.answer("/teams/submit", () => ({ body: { ok: false, errors: { reason: "Name the report." } } }));
    const submit = api.next("/teams/submit");
    await page.getByTestId("teams-dialog-submit").click();
    expect((await submit).body).toEqual({
      dialogId: "d-dialog-reject",
      user: maya,
      values: { reason: "two criticals" },
    });
    await seeText(dialog.getByRole("alert"), "Name the report.");
    expect(await dialog.locator("textarea").inputValue()).toBe("two criticals");
    expect(await dialog.locator("textarea").getAttribute("aria-invalid")).toBe("true");

    showTeams({ dialogs: [] });
    await dialog.waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });

  it("says which of several buttons was pressed, and that a failed submission is still open", async () => {
    const actions = ["Approve", "Decline"].map((title) => ({
      type: "Action.Submit",
      title,
      data: { title },
    }));
    const body = [
      { type: "Input.Text", id: "why" },
      { type: "Input.Toggle", id: "tell", title: "Tell" },
    ];
    const card = { type: "AdaptiveCard", version: "1.5", body, actions };
    showTeams({ dialogs: [{ id: "d2", user: maya, title: "Decide", card }] });
    api.answer("/teams/submit", () => ({ body: { outcome: "failed", errors: {} } }));
    const submit = api.next("/teams/submit");
    await page.getByTestId("teams-action-decline").click();
    const values = { why: "", tell: "false" };
    expect((await submit).body).toEqual({ dialogId: "d2", user: maya, values, verb: "Decline" });
    await seeText(page.getByTestId("teams-dialog"), "Something went wrong. Please try again.");
  });

  it("shows what the world says is wrong with an open dialog, and survives one that is no card", async () => {
    const dialog = openDialog("dialog-reject", maya);
    showTeams({ dialogs: [{ ...dialog, errors: { reason: "Too short." } }] });
    await seeText(page.getByTestId("teams-dialog").getByRole("alert"), "Too short.");
    showTeams({ dialogs: [{ ...dialog, id: "broken", card: { type: "Nothing" } }] });
    await seeText(pane, "Reject image");
    await message(quarantined).waitFor();
  });

  it("keeps the keyboard in a dialog; Escape and Cancel close it for the bot too", async () => {
    showTeams({ dialogs: [openDialog("dialog-deploy", maya)] });
    await page.getByTestId("teams-dialog").waitFor();
    for (let press = 0; press < 8; press += 1) {
      await page.keyboard.press("Tab");
      expect(await page.locator("[data-testid=teams-dialog] :focus").count()).toBe(1);
    }
    const wanted = { dialogId: "d-dialog-deploy", user: maya };
    const escaped = api.next("/teams/close");
    await page.keyboard.press("Escape");
    expect((await escaped).body).toEqual(wanted);
    const cancelled = api.next("/teams/close");
    await page.getByTestId("teams-dialog-cancel").click();
    expect((await cancelled).body).toEqual(wanted);
  });

  it("lets each person act where they are, and only watch elsewhere", async () => {
    showTeams({ dialogs: [openDialog("dialog-details", priya)] });
    expect(await page.getByTestId("teams-dialog").count()).toBe(0);
    await page.getByTestId("user-switch").click();
    await seeText(page.getByTestId("user-U0MAYA0001"), /Maya Lindqvist.*Slack.*Teams/s);
    await seeText(page.getByTestId(`user-${zoe}`), "another tenant");
    expect(await page.getByTestId(`user-${maya}`).count()).toBe(0);
    await page.getByTestId(`user-${priya}`).click();

    await seeText(page.getByTestId("pane-slack"), "Priya Nair is not in Slack: you only watch here.");
    expect(await page.getByTestId("composer").count()).toBe(0);
    expect(await page.getByTestId("channel-D0MAYA0001").count()).toBe(0);
    await seeText(message(quarantined).getByTestId("teams-note"), "You need release-manager");
    expect(await page.getByTestId(`place-${mayasChat}`).count()).toBe(0);
    await seeText(page.getByTestId("teams-dialog"), "Pull contoso.azurecr.io/shop/checkout@sha256:");
    expect(await page.getByTestId("teams-dialog-submit").count()).toBe(0);

    showTeams({});
    await page.getByTestId("teams-dialog").waitFor({ state: "detached" });
    const click = api.next("/teams/click");
    await message(quarantined).getByTestId("teams-action-details").click();
    expect((await click).body).toMatchObject({ user: priya, verb: expect.stringMatching(/^details$/i) });

    await become("U0TOMAS001");
    await seeText(pane, "Tomás Ferreira is not in Teams: you only watch here.");
    expect(await page.getByTestId("teams-composer").count()).toBe(0);
    await page.getByTestId("composer").waitFor();
    expect(await pane.locator("[role=log][inert]").count()).toBe(1);
  });

  it("mentions the bot by itself in channels and groups, and not in a personal chat", async () => {
    const sent = async (text: string): Promise<unknown> => {
      const asked = api.next("/teams/message");
      await page.getByTestId("teams-composer").fill(text);
      await page.getByTestId("teams-composer").press("Enter");
      return (await asked).body;
    };
    expect(await sent("help")).toEqual({ conversation: releases, user: maya, text: "@acr help" });
    expect(await sent("@ACR running")).toMatchObject({ text: "@ACR running" });
    expect(await sent("@acrobat")).toMatchObject({ text: "@acr @acrobat" });

    await page.getByTestId(`place-${mayasChat}`).click();
    expect(await sent("help")).toEqual({ conversation: mayasChat, user: maya, text: "help" });
    api.answer("/teams/message", () => ({ status: 409, body: { error: "Not here." } }));
    await page.getByTestId(`place-${onCall}`).click();
    expect(await sent("status")).toMatchObject({ conversation: onCall, text: "@acr status" });
    await seeText(page.getByTestId("teams-note"), "Not here.");
  });

  it("answers in a thread by its conversation id", async () => {
    await message(quarantined).getByRole("button", { name: "Reply" }).click();
    const asked = api.next("/teams/message");
    await page.getByTestId("teams-reply-composer").fill("why");
    await page.getByTestId("teams-reply-composer").press("Enter");
    expect((await asked).body).toEqual({
      conversation: `${releases};messageid=${quarantined}`,
      user: maya,
      text: "@acr why",
    });
  });

  it("draws an edited card anew, counts what is unread elsewhere, and follows the newest", async () => {
    const { conversations } = busyTeams(at);
    const said = { id: "new", from: priya, text: "Anybody?", card: null, edits: 0, at: (at + 1) * 1000 };
    const edited = (conversations[releases] ?? []).map((one) =>
      "id" in one && one.id === quarantined ? { ...one, ...liveAgain, edits: 2 } : one,
    );
    showTeams({
      conversations: {
        ...conversations,
        [releases]: edited,
        [onCall]: [...(conversations[onCall] ?? []), said],
      },
    });
    await seeText(message(quarantined), "Released at last");
    await seeText(page.getByTestId(`place-${onCall}`), "1 new");
    await page.getByTestId(`place-${onCall}`).click();
    await seeText(message("new"), "Anybody?");
    await seeText(message("1700000200"), "acr running");
    expect(await message("new").isVisible()).toBe(true);
    expect(await page.getByTestId(`place-${onCall}`).locator(".teams-badge").count()).toBe(0);
  });

  it("keeps hostile text text, and shows the words of a card that cannot be drawn", async () => {
    const hostile =
      "<img src=x onerror=window.hacked=1> <script>window.hacked=2</script> [x](javascript:window.hacked=3) `code` <at>Nobody</at>";
    const body = [
      { type: "TextBlock", text: hostile, wrap: true },
      { type: "FactSet", facts: [{ title: hostile, value: "x".repeat(3000) }] },
      { type: "Image", url: "https://evil.example/pixel.png" },
    ];
    const card = { type: "AdaptiveCard", version: "1.5", body };
    const broken = { type: "AdaptiveCard", version: "1.5", body: [{ type: "NoSuchThing" }] };
    showTeams({
      conversations: {
        [releases]: [
          { id: "1", from: bot, card, text: "", edits: 0, at: at * 1000 },
          { id: "2", from: bot, card: null, text: hostile, edits: 0, at: at * 1000 },
          { id: "3", from: bot, card: broken, text: "", summary: "What it said", edits: 0, at: at * 1000 },
        ],
      },
    });
    await seeText(message("1"), hostile);
    await seeText(message("2"), hostile);
    await message("3").waitFor();
    expect(await pane.locator("script, [onerror], .teams-text a, .ac-textBlock a").count()).toBe(0);
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
  });

  it("shows one pane at a time in a narrow window", async () => {
    await page.setViewportSize({ width: 1000, height: 760 });
    await page.getByTestId("tab-teams").waitFor();
    expect(await pane.isVisible()).toBe(false);
    await page.getByTestId("tab-teams").click();
    await pane.waitFor();
    expect(await page.getByTestId("pane-slack").isVisible()).toBe(false);
    expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
  });

  it("is not there in a demo without Teams, nor are its people", async () => {
    const world = bothWorlds(at);
    api.show({ ...world, teams: busyWorld(at).teams });
    await pane.waitFor({ state: "detached" });
    await page.getByTestId("user-switch").click();
    await page.getByTestId("user-U0TOMAS001").waitFor();
    expect(await page.getByTestId(`user-${priya}`).count()).toBe(0);
    expect(await page.locator(".person-platforms").count()).toBe(0);
  });
});

const liveAgain = {
  card: { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text: "**Released** at last" }] },
};
