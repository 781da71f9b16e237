import { createHash } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage, releases, type Stage } from "../support/stage.ts";

const many = 3_000;

/** As many pushes as somebody with the webhook's secret may invent, all of them on disk. */
async function flood({ bot, clock }: Stage, repositoryOf: (at: number) => string): Promise<void> {
  const now = clock.now();
  const sightings = Array.from({ length: many }, (_, at) => {
    const id = `forged-${at}`;
    const digest = `sha256:${createHash("sha256").update(id).digest("hex")}`;
    const event = { registry: "contoso", id, action: "push" as const, occurredAt: now, digest, tag: "1" };
    const repository = repositoryOf(at);
    return { event: { ...event, repository }, way: "webhook" as const, region: "", receivedAt: now };
  });
  await bot.store.recordEvents(sightings);
}

describe("3,000 forged pushes of a registry that can be read", async () => {
  const stage = await openStage({ world: { slack: { rates: true } } });
  afterAll(() => stage.close());

  it("do not go before a real card, are not posted, and cost some calls, not thousands", async () => {
    await flood(stage, (at) => `shop/forged-${at % 50}`);
    await stage.push({ repository: "shop/checkout", tag: "1" });
    await stage.card("shop/checkout:1");
    const logged = (words: string) => stage.log.filter((line) => line.includes(words)).length;
    // Whatever was forged goes before the next one, now.
    await stage.until(() => logged("event folded") > many);
    await stage.push({ repository: "shop/cart", tag: "1" });
    await stage.card("shop/cart:1");
    expect(cardsIn(stage.world)).toHaveLength(2);
    expect(logged('"asked the registry"')).toBeLessThan(100);
    expect(logged("asked the registry what a repository has")).toBeGreaterThan(0);
  }, 90_000);
});

const unread = (loginServer: string, endpoint: string, secret: string) => ({
  mode: "notify",
  targets: {},
  registries: { contoso: { loginServer, endpoint, webhook: { secrets: [secret] } } },
});

describe("3,000 forged pushes of a registry that cannot be read", async () => {
  const stage = await openStage({
    overrides: ({ registry }) => unread(registry.loginServer, registry.url, "$" + "{ACR_WEBHOOK_SECRET}"),
  });
  afterAll(() => stage.close());
  const { store } = stage.bot;

  it("make 60 cards and one line that says so, and outlive no change of the secret", async () => {
    await flood(stage, (at) => `shop/forged-${at % 50}`);
    const hour = stage.clock.now() - (stage.clock.now() % 3_600_000);
    const heldMoreThan = (count: number) =>
      stage.until(async () => (await store.countHeld(`slack:${releases}`, "contoso", hour)) >= count);
    for (const count of [1_000, 2_000, many - 60]) await heldMoreThan(count);
    const { registry } = stage.world;
    await stage.reconfigure(unread(registry.loginServer, registry.url, "another-secret-of-the-webhook"));
    await stage.leap(120_000);
    const said = () => JSON.stringify(stage.world.slack.messages(releases).at(-1));
    await stage.until(() => said().includes("2940 more cards"), "the line");
    await stage.leap(2 * 60 * 60_000);
    await stage.leap(1_000);
    expect(cardsIn(stage.world).filter(({ text }) => text.startsWith("shop/forged"))).toHaveLength(60);
    expect(stage.world.slack.messages(releases)).toHaveLength(61);
  }, 120_000);
});
