import { describe, expect, it } from "vitest";
import { cardsIn, waitForCard } from "../support/bot.ts";
import { type ChildBot, type ChildBotHome, createChildBotHome } from "../support/child-bot.ts";

// Longer than a lost post is in doubt (src/bot/deliver.ts).
const pastAllDoubtMs = 25_000;
const push = { repository: "shop/checkout", tag: "1.4.2" };

/** Resolves once the event of that action was answered 2xx by the bot. */
function untilAnswered({ world }: ChildBotHome, action: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const answered = world.registry
        .deliveries()
        .some((call) => call.action === action && call.statusCode === 200);
      if (!answered) return;
      forget();
      resolve();
    };
    const forget = world.registry.onChange(look);
    look();
  });
}

/** Kills the bot in the very moment in which its post is in the channel, before its answer is written. */
async function killAtPost({ world }: ChildBotHome, bot: ChildBot): Promise<void> {
  await world.slack.waitFor(() => {
    if (cardsIn(world).length === 0) return false;
    bot.kill("SIGKILL");
    return true;
  });
  expect(await bot.exit).toMatchObject({ signal: "SIGKILL" });
}

/** Where everything that the bot does to this card is done: nothing is due any more. */
const isWhole = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.length > 0;

describe("kill -9 between the 2xx and the post", () => {
  it("shows the card after the restart, once", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    // Not connected to Slack, the bot cannot post: what is killed has recorded, and no more.
    world.slack.fault({ method: "auth.test", status: 0, mode: "hang" });
    const bot = await home.start();
    world.registry.push(push);
    await untilAnswered(home, "push");
    bot.kill("SIGKILL");
    await bot.exit;
    expect(world.slack.calls("chat.postMessage")).toEqual([]);

    await home.start();
    const card = await waitForCard(world, isWhole);
    expect(card.text).toContain("1.4.2");
    expect(cardsIn(world)).toHaveLength(1);
  });
});

describe("kill -9 between the post and its record", () => {
  it("finds the post after the restart and does not post again, with history rights", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    world.registry.push(push);
    await killAtPost(home, bot);

    const next = await home.start({ laterMs: pastAllDoubtMs });
    await next.waitForLog(({ msg, slot }) => msg === "shown" && slot === "root");
    await waitForCard(world, isWhole);
    expect(world.slack.calls("chat.postMessage")).toHaveLength(1);
    expect(cardsIn(world)).toHaveLength(1);
  });
});
