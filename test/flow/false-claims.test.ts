import { afterAll, describe, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage } from "../support/stage.ts";

const stage = await openStage();
afterAll(() => stage.close());

const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");
const aDayAhead = () => stage.clock.now() + 23 * 60 * 60_000;
const signatureTag = `sha256-${"a".repeat(64)}.sig`;

function artifactOf(repository: string, digest: string) {
  return stage.bot.store.findArtifact({ registry: "contoso", repository, digest });
}

describe("one event of somebody who knows the webhook's secret", () => {
  it("a delete a day ahead does not close an image for a day", async () => {
    const { digest } = await stage.push({ repository: "shop/ahead", tag: "1" });
    const card = await stage.card("shop/ahead:1", deployable);
    await stage.forge({ action: "delete", repository: "shop/ahead", digest, at: aDayAhead() });
    await stage.card("shop/ahead:1", ({ buttons }) => !buttons.includes("acr:deploy"));
    await stage.leap(180_000);
    const again = await stage.card("shop/ahead:1", deployable);
    expect(again.ts).toBe(card.ts);
  });

  it("a push a day ahead does not hide that the image was deleted", async () => {
    const { digest } = await stage.push({ repository: "shop/hidden", tag: "1" });
    await stage.card("shop/hidden:1", deployable);
    await stage.forge({ action: "push", repository: "shop/hidden", digest, tag: "1", at: aDayAhead() });
    await stage.until(async () => {
      const story = await stage.bot.store.happeningsOf(
        { registry: "contoso", repository: "shop/hidden", digest },
        50,
      );
      return story.filter(({ step }) => step === "receive").length > 2;
    });
    await stage.leap(120_000);
    stage.world.registry.delete({ repository: "shop/hidden", digest });
    await stage.card("shop/hidden:1", ({ text }) => text.includes("Deleted"));
  });

  it("a false size keeps an image from being rolled back to for a minute, not for ever", async () => {
    const first = await stage.push({ repository: "shop/doubted", tag: "1" });
    await stage.act((await stage.card("shop/doubted:1", deployable)).ts, "acr:deploy");
    await stage.card("shop/doubted:1", ({ text }) => text.includes("Live on staging"));
    const second = await stage.push({ repository: "shop/doubted", tag: "2" });
    await stage.act((await stage.card("shop/doubted:2", deployable)).ts, "acr:deploy");
    await stage.card("shop/doubted:2", ({ text }) => text.includes("Live on staging"));
    expect(stage.tagOf("shop/doubted", "staging")).toBe(second.digest);
    const { digest } = first;
    await stage.forge({ action: "push", repository: "shop/doubted", digest, tag: "1", size: 5 });
    await stage.card("shop/doubted:1", ({ text }) => text.includes("Mismatched"));
    await stage.leap(90_000);
    await stage.card("shop/doubted:1", ({ text }) => !text.includes("Mismatched"));
    await stage.command("/acr rollback staging shop/doubted");
    await stage.until(() => stage.tagOf("shop/doubted", "staging") === digest);
  });

  it("a signature's tag that the registry does not have makes no image a part of another, and names none", async () => {
    const { digest } = await stage.push({ repository: "shop/signed", tag: "1" });
    await stage.card("shop/signed:1", deployable);
    await stage.leap(10_000);
    await stage.forge({ action: "push", repository: "shop/signed", digest, tag: signatureTag });
    await stage.until(async () => {
      const story = await stage.bot.store.happeningsOf(
        { registry: "contoso", repository: "shop/signed", digest },
        50,
      );
      return story.some(({ step, what }) => step === "verify" && what.includes(signatureTag));
    }, "the registry's word on the tag");
    expect(await artifactOf("shop/signed", digest)).toMatchObject({ kind: "image", announcedTag: "1" });
    expect((await artifactOf("shop/signed", digest))?.parent).toBeUndefined();
    await stage.command("/acr deploy shop/signed:1 to staging");
    const card = await stage.card("shop/signed:1", ({ text }) => text.includes("Live on staging"));
    expect(cardsIn(stage.world).filter(({ text }) => text.includes("sha256-aaa"))).toEqual([]);
    expect(card.buttons).toContain("acr:redeploy");
  });

  it("regions that Azure does not have do not let what is kept of an image grow without end", async () => {
    const { digest } = await stage.push({ repository: "shop/everywhere", tag: "1" });
    const regions = Array.from({ length: 130 }, (_, at) => `region${at}`);
    for (const region of regions)
      await stage.forge({ action: "push", repository: "shop/everywhere", digest, tag: "1" }, region);
    await stage.until(
      async () => ((await artifactOf("shop/everywhere", digest))?.regions.length ?? 0) >= 100,
    );
    await stage.push({ repository: "shop/afterwards", tag: "1" });
    await stage.card("shop/afterwards:1", deployable);
    expect((await artifactOf("shop/everywhere", digest))?.regions).toHaveLength(100);
  });

  it("and such a tag before the image's own push does not keep its card from being shown", async () => {
    const { registry } = stage.world;
    registry.setWebhook({ name: "chatops", serviceUri: stage.bot.publicAddress, status: "disabled" });
    const { digest } = await stage.push({ repository: "shop/claimed", tag: "1.0" });
    stage.world.connectBot(stage.bot.publicAddress);
    const key = { repository: "shop/claimed", digest };
    await stage.forge({ action: "push", ...key, tag: signatureTag });
    await stage.until(async () => (await artifactOf(key.repository, key.digest))?.parent !== undefined);
    stage.clock.advance(1_000);
    await stage.forge({ action: "push", ...key, tag: "1.0" });
    await stage.card("shop/claimed:1.0");
    expect((await artifactOf(key.repository, key.digest))?.parent).toBeUndefined();
  });
});
