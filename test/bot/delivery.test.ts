import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage, releases, type Stage } from "../support/stage.ts";

const platform = "C0PLATFORM";
const both = {
  routes: [
    { name: "one", repositories: ["shop/**"], to: [`slack:${releases}`] },
    { name: "other", repositories: ["shop/**", "tools/**"], to: [`slack:${platform}`] },
  ],
};
let stage: Stage;

beforeEach(async () => {
  stage = await openStage({ overrides: both });
});

afterEach(() => stage.close());

const verified = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:details");

function postsTo(channel: string, title: string) {
  return stage.world.slack
    .calls("chat.postMessage")
    .filter(({ body }) => body.channel === channel && String(body.text).startsWith(title));
}

function shownIn(channel: string, title: string) {
  return cardsIn(stage.world, channel).filter(({ text }) => text.startsWith(title));
}

async function messageOf(title: string, channel: string) {
  const [repository = "", tag = ""] = title.split(":");
  const { digest = "" } = (await stage.bot.store.findAnnounced("contoso", repository, tag)) ?? {};
  const messages = await stage.bot.store.messagesOf(`contoso/${repository}@${digest}`);
  return messages.find((message) => message.channel === `slack:${channel}` && message.slot === "root");
}

describe("a post that Slack puts off (429)", () => {
  it("is made after Retry-After and not before, once, and nothing is lost", async () => {
    stage.world.slack.fault({ method: "chat.postMessage", status: 429, retryAfter: 7, count: 1 });
    await stage.push({ repository: "shop/slow", tag: "1" });
    await stage.push({ repository: "tools/slow", tag: "1" });
    await stage.card("shop/slow:1", verified);
    await stage.card("shop/slow:1", verified, platform);
    await stage.card("tools/slow:1", verified, platform);
    const calls = stage.world.slack.calls("chat.postMessage");
    const refused = calls.find(({ status }) => status === 429);
    if (refused === undefined) throw new Error("nothing was put off");
    const next = calls.filter(({ body, at }) => body.channel === refused.body.channel && at > refused.at);
    expect(Math.min(...next.map(({ at }) => at)) - refused.at).toBeGreaterThanOrEqual(7_000);
    expect(shownIn(releases, "shop/slow")).toHaveLength(1);
    expect(shownIn(platform, "shop/slow")).toHaveLength(1);
    expect(shownIn(platform, "tools/slow")).toHaveLength(1);
  });

  it("and an edit likewise: the newest state is what comes in the end", async () => {
    await stage.push({ repository: "shop/edit", tag: "1" });
    const card = await stage.card("shop/edit:1", ({ buttons }) => buttons.includes("acr:deploy"));
    stage.world.slack.fault({ method: "chat.update", status: 429, retryAfter: 5, count: 2 });
    await stage.act(card.ts, "acr:deploy");
    const live = await stage.card("shop/edit:1", ({ text }) => text.includes("Live on staging"));
    expect(live.ts).toBe(card.ts);
    expect(shownIn(releases, "shop/edit")).toHaveLength(1);
    const updates = stage.world.slack.calls("chat.update").map(({ status, at }) => ({ status, at }));
    const first = updates.find(({ status }) => status === 429);
    const done = updates.find(({ status, at }) => status === 200 && at > (first?.at ?? 0));
    expect((done?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
  });
});

describe("a post whose answer was lost", () => {
  it("is looked for in the channel's history before anything is sent again: one message", async () => {
    stage.world.slack.fault({ method: "chat.postMessage", status: 0, mode: "after", count: 1 });
    await stage.push({ repository: "shop/lost", tag: "1" });
    await stage.until(
      () => shownIn(releases, "shop/lost").length + shownIn(platform, "shop/lost").length > 0,
    );
    await stage.card("shop/lost:1", verified);
    await stage.card("shop/lost:1", verified, platform);
    await stage.until(async () => (await messageOf("shop/lost:1", releases))?.state === "shown");
    await stage.until(async () => (await messageOf("shop/lost:1", platform))?.state === "shown");
    expect(shownIn(releases, "shop/lost")).toHaveLength(1);
    expect(shownIn(platform, "shop/lost")).toHaveLength(1);
    const searched = stage.world.slack.calls("conversations.history");
    expect(searched).toHaveLength(1);
  });

  it("that never arrived is sent again after it was looked for: one message", async () => {
    stage.world.slack.fault({ method: "chat.postMessage", status: 0, count: 1 });
    await stage.push({ repository: "shop/never", tag: "1" });
    await stage.card("shop/never:1", verified);
    await stage.card("shop/never:1", verified, platform);
    expect(shownIn(releases, "shop/never")).toHaveLength(1);
    expect(shownIn(platform, "shop/never")).toHaveLength(1);
  });
});

describe("a channel that cannot be written to", () => {
  it("does not hold up another one, and gets the newest state once the bot is invited", async () => {
    await stage.world.slack.removeBot(platform);
    const { digest } = await stage.push({ repository: "shop/uninvited", tag: "1" });
    const card = await stage.card("shop/uninvited:1", ({ buttons }) => buttons.includes("acr:deploy"));
    const waiting = await stage.until(async () => {
      const message = await messageOf("shop/uninvited:1", platform);
      return message?.lastError !== undefined && message;
    });
    expect(waiting).toMatchObject({ state: "waiting", lastError: expect.stringContaining("not_in_channel") });
    expect(waiting.lastError).toContain("/invite");
    await stage.act(card.ts, "acr:deploy");
    await stage.until(() => stage.tagOf("shop/uninvited", "staging") === digest);
    // Until it is written down, the newest state is still "Deploying".
    await stage.until(async () => (await stage.bot.store.listOperations(1))[0]?.state === "succeeded");
    expect(shownIn(platform, "shop/uninvited")).toEqual([]);
    await stage.world.slack.inviteBot(platform, "U0MAYA0001");
    await stage.leap(40_000);
    const shown = await stage.card("shop/uninvited:1", ({ text }) => text.includes("Live"), platform);
    expect(shown.edits).toBe(0);
    expect(postsTo(platform, "shop/uninvited:1").filter(({ error }) => error === undefined)).toHaveLength(1);
  });

  it("because Slack hangs on it does not hold up another one", async () => {
    // tools/* goes to one channel only, so this very call is the one that hangs.
    const hanging = stage.world.slack.fault({
      method: "chat.postMessage",
      status: 0,
      mode: "hang",
      count: 1,
    });
    await stage.push({ repository: "tools/hang", tag: "1" });
    await stage.until(() => hanging.held() === 1);
    await stage.push({ repository: "shop/other", tag: "1" });
    await stage.card("shop/other:1", verified);
    expect(shownIn(platform, "tools/hang")).toEqual([]);
    hanging.release();
    await stage.card("tools/hang:1", verified, platform);
    await stage.card("shop/other:1", verified, platform);
    expect(shownIn(platform, "tools/hang")).toHaveLength(1);
  });
});

describe("a content or a message that Slack will not have", () => {
  it("blocks that are refused come as plain text", async () => {
    stage.world.slack.fault({ method: "chat.postMessage", status: 200, error: "invalid_blocks", count: 1 });
    await stage.push({ repository: "tools/plain", tag: "1" });
    const message = await stage.until(() =>
      stage.world.slack.messages(platform).find(({ text }) => text.includes("tools/plain")),
    );
    expect(message.blocks).toEqual([]);
    expect(message.text).toContain("sha256:");
  });

  it("refused even as plain text is dead, visibly, and is not tried for ever", async () => {
    stage.world.slack.fault({ method: "chat.postMessage", status: 200, error: "invalid_blocks", count: 2 });
    await stage.push({ repository: "tools/dead", tag: "1" });
    const dead = await stage.until(async () => {
      const message = await messageOf("tools/dead:1", platform);
      return message?.state === "dead" && message;
    });
    expect(dead.lastError).toContain("invalid_blocks");
    expect(stage.log.some((line) => line.includes("a message cannot be delivered"))).toBe(true);
    await stage.leap(600_000);
    await stage.push({ repository: "tools/after", tag: "1" });
    await stage.card("tools/after:1", verified, platform);
    expect(
      stage.world.slack
        .calls("chat.postMessage")
        .filter(({ body }) => /tools.dead/.test(JSON.stringify(body))),
    ).toHaveLength(2);
  });

  it("an order of an administrator not to post there ends a message at once, visibly", async () => {
    stage.world.slack.fault({
      method: "chat.postMessage",
      status: 200,
      error: "restricted_action",
      count: 100,
    });
    await stage.push({ repository: "tools/forbidden", tag: "1" });
    const dead = await stage.until(async () => {
      const message = await messageOf("tools/forbidden:1", platform);
      return message?.state === "dead" && message;
    });
    expect(dead.lastError).toContain("restricted_action");
    expect(stage.log.some((line) => line.includes("a message cannot be delivered"))).toBe(true);
    expect(postsTo(platform, "tools/forbidden")).toHaveLength(1);
  });

  it("arguments that Slack calls invalid come as plain text", async () => {
    const error = "invalid_arguments";
    stage.world.slack.fault({ method: "chat.postMessage", status: 200, error, count: 1 });
    await stage.push({ repository: "tools/arguments", tag: "1" });
    const message = await stage.until(() =>
      stage.world.slack.messages(platform).find(({ text }) => text.includes("tools/arguments")),
    );
    expect(message.blocks).toEqual([]);
  });

  it("an error that nobody knows is not tried for ever, and does not hold up the next card for good", async () => {
    const error = "surprised_elephant";
    const fault = stage.world.slack.fault({
      method: "chat.postMessage",
      status: 200,
      error,
      count: 100,
    });
    await stage.push({ repository: "tools/unknown", tag: "1" });
    const dead = await stage.until(async () => {
      const message = await messageOf("tools/unknown:1", platform);
      // Only while it waits: a leap in the middle of a call would look like one that hangs.
      if (message !== undefined && message.dueAt > stage.clock.now()) stage.clock.advance(60_000);
      return message?.state === "dead" && message;
    });
    expect(dead.lastError).toContain(error);
    expect(postsTo(platform, "tools/unknown")).toHaveLength(12);
    fault.release();
    await stage.push({ repository: "tools/known", tag: "1" });
    await stage.card("tools/known:1", verified, platform);
  });

  it("a message that somebody deleted is gone: nothing is posted again for a fact, and nothing loops", async () => {
    const { digest } = await stage.push({ repository: "shop/gone", tag: "1" });
    const card = await stage.card("shop/gone:1", ({ buttons }) => buttons.includes("acr:deploy"));
    const elsewhere = await stage.card(
      "shop/gone:1",
      ({ buttons }) => buttons.includes("acr:deploy"),
      platform,
    );
    stage.world.slack.deleteMessage(releases, card.ts);
    stage.world.registry.setTag("shop/gone", "2", digest);
    await stage.until(async () => (await messageOf("shop/gone:2", releases))?.state === "gone");
    await stage.card("shop/gone:2", ({ ts }) => ts === elsewhere.ts, platform);
    const updates = stage.world.slack.calls("chat.update").length;
    await stage.leap(600_000);
    await stage.push({ repository: "shop/after", tag: "1" });
    await stage.card("shop/after:1", verified);
    expect(stage.world.slack.calls("chat.update").length - updates).toBeLessThanOrEqual(4);
    expect(shownIn(releases, "shop/gone")).toEqual([]);
  });

  it("and what deserves attention after that begins a new card that goes on with it", async () => {
    await stage.push({ repository: "shop/again", tag: "1" });
    const card = await stage.card("shop/again:1", ({ buttons }) => buttons.includes("acr:deploy"));
    stage.world.slack.deleteMessage(releases, card.ts);
    await stage.command("/acr deploy shop/again:1 to staging");
    await stage.until(() =>
      stage.world.slack.messages(releases).some(({ text }) => text.includes("Deployed to")),
    );
    expect(shownIn(releases, "shop/again")).toHaveLength(1);
  });
});

describe("the log of a channel that takes no card", () => {
  const failures = () =>
    stage.log
      .map((line): Readonly<Record<string, unknown>> => JSON.parse(line))
      .filter(({ msg }) => String(msg).startsWith("due work failed"));

  it("is found by the image, says each card's first failure, and does not repeat itself for each card", async () => {
    const archived = { method: "chat.postMessage", status: 200, error: "is_archived", count: 1_000 };
    const fault = stage.world.slack.fault(archived);
    const tags = ["1", "2", "3"];
    const pushed = [];
    for (const tag of tags) pushed.push(await stage.push({ repository: "shop/archived", tag }));
    const tries = () => stage.world.slack.calls("chat.postMessage").length;
    // Three cards in two channels, and each of them again and again.
    for (const rounds of [1, 2, 3, 4]) {
      await stage.until(() => tries() >= 6 * rounds);
      await stage.leap(5 * 60_000);
    }
    fault.release();
    for (const { digest } of pushed)
      expect(failures()).toContainEqual(
        expect.objectContaining({
          step: "deliver",
          channel: `slack:${releases}`,
          subject: `contoso/shop/archived@${digest}`,
          attempts: 1,
        }),
      );
    expect(failures().length).toBeLessThan(tries() - 5);
    await stage.card("shop/archived:3", verified);
  });
});
