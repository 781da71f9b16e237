import { describe, expect, it } from "vitest";
import type { World } from "../../demo/world.ts";
import { cardsIn, type SeenCard, waitForCard } from "../support/bot.ts";
import { type ChildBot, type ChildBotHome, createChildBotHome } from "../support/child-bot.ts";
import { untilRegistry } from "../support/press.ts";

// Longer than a lost post is in doubt (src/bot/deliver/deliver.ts).
const pastAllDoubtMs = 65_000;
const push = { repository: "shop/checkout", tag: "1.4.2" };
const hasButtons = ({ buttons }: SeenCard) => buttons.includes("acr:deploy");

/** Slack as an app without the right to read channels has it. */
const withoutHistory = (world: World) => ({
  slack: {
    botToken: "$" + "{SLACK_BOT_TOKEN}",
    signingSecret: "$" + "{SLACK_SIGNING_SECRET}",
    apiUrl: world.slack.apiUrl,
    history: false,
  },
});

/** Those events of the registry that the bot has answered 2xx, by digest. */
function answered({ world }: ChildBotHome): readonly string[] {
  const calls = world.registry.deliveries().filter((call) => call.action === "push");
  return calls.filter((call) => call.statusCode === 200).map(({ digest }) => String(digest));
}

/** Kills the bot in the very moment in which a post is in the channel, before its answer is written. */
async function killAtPost({ world }: ChildBotHome, bot: ChildBot): Promise<void> {
  await world.slack.waitFor(() => {
    if (cardsIn(world).length === 0) return false;
    bot.kill("SIGKILL");
    return true;
  });
  expect(await bot.exit).toMatchObject({ signal: "SIGKILL" });
}

describe("kill -9 between the 2xx and the post", () => {
  it("shows the card after the restart, once", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    // Not connected to Slack, the bot cannot post: what is killed has recorded, and no more.
    world.slack.fault({ method: "auth.test", status: 0, mode: "hang" });
    const bot = await home.start();
    world.registry.push(push);
    await untilRegistry(world, () => answered(home).length === 1);
    bot.kill("SIGKILL");
    await bot.exit;
    expect(world.slack.calls("chat.postMessage")).toEqual([]);

    await home.start();
    const card = await waitForCard(world, hasButtons);
    expect(card.text).toContain("1.4.2");
    expect(cardsIn(world)).toHaveLength(1);
  });

  it("keeps every event of a burst that was answered before it", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    const burst = ["1", "2", "3", "4", "5", "6"];
    for (const tag of burst) world.registry.push({ repository: `shop/app-${tag}`, tag });
    await untilRegistry(world, () => answered(home).length >= 2);
    bot.kill("SIGKILL");
    await bot.exit;
    await world.registry.settled();
    const kept = new Set(answered(home));

    const next = await home.start({ laterMs: pastAllDoubtMs });
    const subjects = new Set<unknown>();
    await next.waitForLog(({ msg, slot, subject }) => {
      if (msg === "shown" && slot === "root") subjects.add(String(subject).split("@")[1]);
      return [...kept].every((digest) => subjects.has(digest));
    });
    const titles = cardsIn(world).map(({ text }) => text.split(" ")[0]);
    expect(new Set(titles).size, `twice: ${titles.join(", ")}`).toBe(titles.length);
    expect(titles.length).toBeGreaterThanOrEqual(kept.size);
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
    await waitForCard(world, hasButtons);
    expect(world.slack.calls("chat.postMessage")).toHaveLength(1);
    expect(cardsIn(world)).toHaveLength(1);
  });

  it("waits out the doubt before it looks: a post may still be on its way", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const held = world.slack.fault({ method: "chat.postMessage", status: 0, mode: "hang" });
    const bot = await home.start();
    world.registry.push(push);
    await world.slack.waitFor(() => held.held() === 1);
    bot.kill("SIGKILL");
    await bot.exit;

    const next = await home.start();
    await next.waitForLog(({ error }) => error === "the answer to the post was lost");
    expect(cardsIn(world)).toEqual([]);
    next.kill("SIGKILL");
    await next.exit;
    held.release();
    await waitForCard(world, () => true);

    const last = await home.start({ laterMs: pastAllDoubtMs });
    await last.waitForLog(({ msg, slot }) => msg === "shown" && slot === "root");
    expect(cardsIn(world)).toHaveLength(1);
  });

  it("posts again what never arrived", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    world.slack.fault({ method: "chat.postMessage", status: 0 });
    const bot = await home.start();
    world.registry.push(push);
    await world.slack.waitFor(() => {
      if (world.slack.calls("chat.postMessage").length === 0) return false;
      bot.kill("SIGKILL");
      return true;
    });
    await bot.exit;

    await home.start({ laterMs: pastAllDoubtMs });
    await waitForCard(world, hasButtons);
    expect(world.slack.calls("conversations.history").length).toBeGreaterThan(0);
    expect(cardsIn(world)).toHaveLength(1);
  });

  it("posts once more without history rights, and says so", async () => {
    await using home = await createChildBotHome({ overrides: withoutHistory });
    const { world } = home;
    const bot = await home.start();
    world.registry.push(push);
    await killAtPost(home, bot);

    const next = await home.start({ laterMs: pastAllDoubtMs });
    await world.slack.waitFor(() => cardsIn(world).length === 2);
    const warned = await next.waitForLog(({ msg }) => String(msg).startsWith("a post is sent again"));
    expect(warned).toMatchObject({ level: "warn", step: "deliver", channel: "slack:C0RELEASES" });
    await next.waitForLog(({ msg, slot }) => msg === "shown" && slot === "root");
    expect(world.slack.calls("chat.postMessage")).toHaveLength(2);
  });
});
