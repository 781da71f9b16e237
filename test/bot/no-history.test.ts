import { expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage } from "../support/stage.ts";

it("without the right to read history a lost answer costs at most one message more, and a warning says so", async () => {
  const stage = await openStage({
    overrides: ({ secrets, slack }) => ({
      slack: {
        botToken: secrets.slackToken,
        signingSecret: secrets.slackSigning,
        apiUrl: slack.apiUrl,
        history: false,
      },
    }),
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
