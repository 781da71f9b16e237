import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { at, driveTeamsPage, seeText } from "../demo/drive-teams-page.ts";
import {
  bot,
  busyTeams,
  maya,
  mayasChat,
  onCall,
  openDialog,
  priya,
  releases,
  zoe,
} from "../demo/sample-teams.ts";
import { bothWorlds, busyWorld } from "../demo/sample-world.ts";
import { hasChromium } from "../support/chromium.ts";

if (!hasChromium)
  process.stdout.write("skipped: the Teams pane was not driven, as there is no /usr/bin/chromium.\n");

const quarantined = "1700000005";
const live = "1700000001";

async function become(page: Page, id: string): Promise<void> {
  await page.getByTestId("user-switch").click();
  await page.getByTestId(`user-${id}`).click();
}

describe.skipIf(!hasChromium)("the Teams pane", { timeout: 30_000 }, () => {
  const driven = driveTeamsPage();

  it("shows the cards beside Slack's, with threads that fold, and complains of nothing", async () => {
    const { page, complaints, message } = driven();
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
    const { page, api, message, showTeams } = driven();
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
    const { page, api, message, showTeams } = driven();
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
    const { api, message } = driven();
    api.answer("/teams/click", () => ({ status: 502, body: { error: "The bot is away." } }));
    await message(quarantined).getByTestId("teams-action-reject").click();
    const note = message(quarantined).getByTestId("teams-note");
    await seeText(note, /The bot is away\..*Only you can see this/s);
    await note.getByRole("button", { name: "Dismiss" }).click();
    await note.waitFor({ state: "detached" });
  });

  it("shows the newest note only, and a card that is one person's own", async () => {
    const { page, message, showTeams } = driven();
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
    const { page, message, showTeams } = driven();
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

  it("lets each person act where they are, and only watch elsewhere", async () => {
    const { page, pane, api, message, showTeams } = driven();
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

    await become(page, "U0TOMAS001");
    await seeText(pane, "Tomás Ferreira is not in Teams: you only watch here.");
    expect(await page.getByTestId("teams-composer").count()).toBe(0);
    await page.getByTestId("composer").waitFor();
    expect(await pane.locator("[role=log][inert]").count()).toBe(1);
  });

  it("mentions the bot by itself in channels and groups, and not in a personal chat", async () => {
    const { page, api } = driven();
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
    const { page, api, message } = driven();
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
    const { page, message, showTeams } = driven();
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
    const { page, pane, message, showTeams } = driven();
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
    const { page, pane } = driven();
    await page.setViewportSize({ width: 1000, height: 760 });
    await page.getByTestId("tab-teams").waitFor();
    expect(await pane.isVisible()).toBe(false);
    await page.getByTestId("tab-teams").click();
    await pane.waitFor();
    expect(await page.getByTestId("pane-slack").isVisible()).toBe(false);
    expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
  });

  it("is not there in a demo without Teams, nor are its people", async () => {
    const { page, pane, api } = driven();
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
