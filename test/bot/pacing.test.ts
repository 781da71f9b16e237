import { expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage, releases } from "../support/stage.ts";

it("keeps within Slack's rates by itself: a burst of pushes meets no 429 and loses no card", async () => {
  const stage = await openStage({ world: { slack: { rates: true } } });
  try {
    const names = Array.from({ length: 12 }, (_none, index) => `shop/burst-${index}`);
    for (const repository of names) stage.world.registry.push({ repository, tag: "1" });
    await stage.world.registry.settled();
    await stage.until(() => cardsIn(stage.world).length >= 3);
    for (const repository of names) {
      const { digest } = (await stage.bot.store.findAnnounced("contoso", repository, "1")) ?? {};
      const [message] = await stage.bot.store.messagesOf(`contoso/${repository}@${digest}`);
      // Waiting is not failing: the first real error would be put off for minutes.
      expect(message?.attempts ?? 0).toBe(0);
    }
    const cards = await stage.until(() => {
      const shown = cardsIn(stage.world).filter(({ buttons }) => buttons.includes("acr:deploy"));
      return shown.length === names.length && shown;
    });
    expect(new Set(cards.map(({ text }) => text.split(":")[0]))).toEqual(new Set(names));
    const calls = stage.world.slack.calls();
    expect(calls.filter(({ status }) => status === 429)).toEqual([]);
    const posts = calls.filter(
      ({ method, body }) => method === "chat.postMessage" && body.channel === releases,
    );
    expect(posts).toHaveLength(names.length);
    const times = posts.map(({ at }) => at);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual((names.length - 2) * 1_000);
  } finally {
    await stage.close();
  }
});
