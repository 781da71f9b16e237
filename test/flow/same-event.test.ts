import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage, releases, textOf } from "../support/stage.ts";

const stage = await openStage({
  overrides: { cards: { settle: "2s" } },
});
afterAll(() => stage.close());
const { registry, secrets } = stage.world;
const address = stage.bot.publicAddress;
registry.setWebhook({
  name: "chatopsEast",
  location: "eastus",
  serviceUri: `${address}/webhooks/acr/contoso?region=eastus`,
  customHeaders: { "X-Webhook-Secret": secrets.webhook },
});
registry.setEventGrid({
  name: "chatops",
  endpoint: `${address}/webhooks/eventgrid/contoso`,
  headers: { "X-Webhook-Secret": secrets.webhook },
});

function postsOf(text: string) {
  return stage.world.slack.calls("chat.postMessage").filter(({ body }) => String(body.text).startsWith(text));
}

const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");

function allOf(ts: string): string {
  const message = stage.world.slack.messages(releases).find((one) => one.ts === ts);
  return textOf(message ?? { text: "", blocks: [] });
}

describe("the same event", () => {
  it("from two regions and Event Grid makes one card, with both regions on it", async () => {
    await stage.push({ repository: "shop/regions", tag: "1" });
    const pushes = stage.world.registry.deliveries().filter(({ action }) => action === "push");
    expect(pushes.map(({ way, location, statusCode }) => `${way} ${location} ${statusCode}`).sort()).toEqual([
      "eventgrid westeurope 200",
      "webhook eastus 200",
      "webhook westeurope 200",
    ]);
    expect(new Set(pushes.map(({ id }) => id)).size).toBe(3);
    const card = await stage.card("shop/regions:1", deployable);
    await stage.until(() => allOf(card.ts).includes("eastus") && allOf(card.ts).includes("westeurope"));
    expect(postsOf("shop/regions")).toHaveLength(1);
    expect(cardsIn(stage.world).filter(({ text }) => text.startsWith("shop/regions"))).toHaveLength(1);
  });

  it("sent again by the same way is answered as a duplicate and changes nothing", async () => {
    const { digest } = await stage.push({ repository: "shop/again", tag: "1" });
    const card = await stage.card("shop/again:1", deployable);
    const event = { action: "push", repository: "shop/again", digest, tag: "1", id: randomUUID() } as const;
    const at = stage.clock.now();
    const answers = [];
    for (const region of ["westeurope", "westeurope", "eastus"])
      answers.push(await stage.forge({ ...event, at }, region));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ body }) => body)).toMatchObject([
      { status: "recorded" },
      { status: "duplicate" },
      { status: "recorded" },
    ]);
    await stage.until(async () => (await historyOf("shop/again", digest)).length >= 5);
    await stage.leap(30_000);
    await stage.push({ repository: "shop/after", tag: "1" });
    await stage.card("shop/after:1", deployable);
    expect(postsOf("shop/again")).toHaveLength(1);
    expect((await stage.card("shop/again:1")).ts).toBe(card.ts);
  });

  it("of a hundred retries costs one post and few edits", async () => {
    const { digest } = await stage.push({ repository: "shop/hundred", tag: "1" });
    const card = await stage.card("shop/hundred:1", deployable);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        stage.forge({ action: "push", repository: "shop/hundred", digest, tag: "1" }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await stage.until(async () => (await historyOf("shop/hundred", digest)).length >= 100);
    await stage.leap(30_000);
    await stage.push({ repository: "shop/thereafter", tag: "1" });
    await stage.card("shop/thereafter:1", deployable);
    expect(postsOf("shop/hundred")).toHaveLength(1);
    expect((await stage.card("shop/hundred:1")).edits - card.edits).toBeLessThan(10);
  });
});

async function historyOf(repository: string, digest: string) {
  return await stage.bot.store.happeningsOf({ registry: "contoso", repository, digest }, 500);
}

describe("what belongs to one image", () => {
  it("folds into the card of the index: no card for a platform, its platforms as badges", async () => {
    const platforms = ["linux/amd64", "linux/arm64"];
    const { children } = await stage.push({ repository: "shop/multi", tag: "1", platforms });
    const card = await stage.card("shop/multi:1", deployable);
    for (const platform of platforms) expect(allOf(card.ts)).toContain(platform);
    await stage.leap(30_000);
    await stage.push({ repository: "shop/after-multi", tag: "1" });
    await stage.card("shop/after-multi:1", deployable);
    expect(cardsIn(stage.world).filter(({ text }) => text.startsWith("shop/multi"))).toHaveLength(1);
    for (const child of children) {
      const known = await stage.bot.store.findArtifact({
        registry: "contoso",
        repository: "shop/multi",
        digest: child,
      });
      expect(known?.parent).toMatch(/^sha256:/);
    }
  });

  it("says on its card that a signature or an SBOM is attached, without a card for these", async () => {
    const { digest } = await stage.push({ repository: "shop/signed", tag: "1" });
    const card = await stage.card("shop/signed:1", deployable);
    stage.world.registry.pushReferrer({
      repository: "shop/signed",
      subject: digest,
      artifactType: "application/spdx+json",
    });
    await stage.until(() => /SBOM attached/.test(allOf(card.ts)));
    await stage.leap(30_000);
    await stage.push({ repository: "shop/after-signed", tag: "1" });
    await stage.card("shop/after-signed:1", deployable);
    expect(cardsIn(stage.world).filter(({ text }) => text.startsWith("shop/signed"))).toHaveLength(1);
  });

  it("shows the echo of its own retag on the card that it has", async () => {
    await stage.push({ repository: "shop/echo", tag: "1" });
    const card = await stage.card("shop/echo:1", deployable);
    const before = stage.world.registry.deliveries().length;
    await stage.act(card.ts, "acr:deploy");
    await stage.card("shop/echo:1", ({ text }) => text.includes("Live on staging"));
    await stage.until(() => stage.world.registry.deliveries().length > before);
    await stage.world.registry.settled();
    const echo = stage.world.registry.deliveries().at(-1);
    expect(echo).toMatchObject({ action: "push", tag: "staging" });
    await stage.leap(30_000);
    await stage.push({ repository: "shop/after-echo", tag: "1" });
    await stage.card("shop/after-echo:1", deployable);
    expect(postsOf("shop/echo")).toHaveLength(1);
    expect(cardsIn(stage.world).some(({ text }) => text.includes(":staging"))).toBe(false);
  });
});
