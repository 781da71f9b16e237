import { expect, it } from "vitest";
import { botScopes } from "../../demo/cast.ts";
import type { Overrides } from "../../demo/configuration.ts";
import type { World } from "../../demo/world.ts";
import { cardsIn } from "../support/bot.ts";
import { openStage } from "../support/stage.ts";

const withoutHistory = ({ secrets, slack }: World): Overrides => ({
  slack: {
    botToken: secrets.slackToken,
    signingSecret: secrets.slackSigning,
    apiUrl: slack.apiUrl,
    history: false,
  },
});

it("without the right to read history a lost answer costs at most one message more, and a warning says so", async () => {
  const stage = await openStage({
    overrides: withoutHistory,
  });
  try {
    stage.world.slack.fault({ method: "chat.postMessage", status: 0, mode: "after", count: 1 });
    const { digest } = await stage.push({ repository: "shop/lost", tag: "1" });
    const subject = `contoso/shop/lost@${digest}`;
    await stage.until(async () => (await stage.bot.store.messagesOf(subject))[0]?.state === "shown");
    const cards = cardsIn(stage.world).filter(({ text }) => text.startsWith("shop/lost"));
    expect(cards).toHaveLength(2);
    expect(stage.world.slack.calls("conversations.history")).toEqual([]);
    const warnings = stage.log.filter((line) => line.includes("this channel cannot be searched"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('"level":"warn"');
    // The one that the bot knows of goes on living; the lost one keeps no working button for long.
    stage.world.registry.delete({ repository: "shop/lost", digest });
    const gone = await stage.card("shop/lost:1", ({ text }) => text.includes("Deleted"));
    expect(gone.ts).toBe(cards.at(-1)?.ts);
  } finally {
    await stage.close();
  }
});

it("without it, a channel that takes posts and loses every answer is not flooded with the same card", async () => {
  const stage = await openStage({ overrides: withoutHistory });
  try {
    stage.world.slack.fault({ method: "chat.postMessage", status: 500, mode: "after", count: 100 });
    await stage.push({ repository: "shop/flood", tag: "1" });
    const posts = () => stage.world.slack.calls("chat.postMessage");
    const first = await stage.until(() => posts()[0], "the first post");
    await stage.until(() => {
      stage.clock.advance(5_000);
      return stage.clock.now() - first.at > 10 * 60_000;
    });
    expect(posts().length).toBeGreaterThan(1);
    expect(posts().length).toBeLessThanOrEqual(6);
  } finally {
    await stage.close();
  }
});

it('with "history: true" and without the scope it is said at the start and on /readyz, and no card waits for ever', async () => {
  const slackScopes = botScopes.filter((scope) => scope !== "channels:history");
  const stage = await openStage({ world: { slackScopes } });
  try {
    const said = await stage.until(() => stage.log.find((line) => line.includes("lacks the scope")));
    expect(said).toContain("channels:history");
    const ready = await fetch(`${stage.bot.internalAddress}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      checks: { slack: { status: "not-ready", reason: expect.stringContaining("channels:history") } },
    });
    stage.world.slack.fault({ method: "chat.postMessage", status: 0 });
    const { digest } = await stage.push({ repository: "shop/lost", tag: "1" });
    const subject = `contoso/shop/lost@${digest}`;
    await stage.until(async () => (await stage.bot.store.messagesOf(subject))[0]?.state === "shown");
    expect(stage.world.slack.calls("conversations.history")).toEqual([]);
  } finally {
    await stage.close();
  }
});
