import { afterAll, describe, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage, releases } from "../support/stage.ts";

const stage = await openStage({
  overrides: {
    targets: {
      staging: {
        type: "retag",
        registry: "contoso",
        repositories: ["shop/*"],
        tag: "staging",
        allow: { deploy: ["deployer"], rollback: ["deployer"] },
      },
    },
    routes: [{ name: "all", repositories: ["**"], to: ["slack:C0RELEASES"] }],
  },
});
afterAll(() => stage.close());

const acting = ["acr:deploy", "acr:release", "acr:reject", "acr:redeploy", "acr:rollback"];
const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");
const nowhere = `sha256:${"e".repeat(64)}`;

function actingButtons(title: string): readonly string[] {
  return cardsIn(stage.world)
    .filter(({ text }) => text.startsWith(title))
    .flatMap(({ buttons }) => buttons.filter((button) => acting.includes(button)));
}

function artifactOf(repository: string, digest: string) {
  return stage.bot.store.findArtifact({ registry: "contoso", repository, digest });
}

/** How many events of a digest were folded. */
async function heardOf(repository: string, digest: string): Promise<number> {
  const story = await stage.bot.store.happeningsOf({ registry: "contoso", repository, digest }, 100);
  return story.filter(({ step }) => step === "receive").length;
}

describe("what somebody claims who knows the webhook's secret", () => {
  it("a digest that the registry does not have gets no card, and cannot be deployed", async () => {
    const answer = await stage.forge({ action: "push", repository: "shop/ghost", digest: nowhere, tag: "1" });
    expect(answer.status).toBe(200);
    await stage.until(async () => {
      const verification = (await artifactOf("shop/ghost", nowhere))?.verification;
      return verification?.state === "unverified" && verification.asked === "denied";
    });
    await stage.push({ repository: "shop/after-ghost", tag: "1" });
    await stage.card("shop/after-ghost:1", deployable);
    expect(cardsIn(stage.world).filter(({ text }) => text.includes("shop/ghost"))).toEqual([]);
    expect(await stage.command(`/acr deploy shop/ghost@${nowhere} to staging`)).toMatch(/not confirmed/);
    expect(stage.tagOf("shop/ghost", "staging")).toBeUndefined();
  });

  it("and is called mismatched when the registry still denies it after ten minutes", async () => {
    await stage.leap(660_000);
    await stage.until(
      async () => (await artifactOf("shop/ghost", nowhere))?.verification.state === "mismatched",
    );
    expect(cardsIn(stage.world).filter(({ text }) => text.includes("shop/ghost"))).toEqual([]);
    await stage.until(() => stage.log.some((line) => line.includes('"outcome":"absent"')));
  });

  it("a size that the manifest has not is called mismatched, until the registry's own event comes", async () => {
    const { digest } = await stage.push({ repository: "shop/sized", tag: "1" });
    const card = await stage.card("shop/sized:1", deployable);
    await stage.forge({ action: "push", repository: "shop/sized", digest, tag: "1", size: 5 });
    const doubted = await stage.card("shop/sized:1", ({ text }) => text.includes("Mismatched"));
    expect(doubted.ts).toBe(card.ts);
    expect(actingButtons("shop/sized")).toEqual([]);
    expect(await stage.command("/acr deploy shop/sized:1 to staging")).toContain(
      "has not confirmed this image",
    );
    stage.world.registry.setTag("shop/sized", "1", digest);
    await stage.card("shop/sized:1", deployable);
  });

  it("a tag that points elsewhere does not make the digest deployable by that tag", async () => {
    const real = await stage.push({ repository: "shop/elsewhere", tag: "1.0" });
    await stage.card("shop/elsewhere:1.0", deployable);
    const old = await stage.push({ repository: "shop/elsewhere", tag: "0.9" });
    await stage.card("shop/elsewhere:0.9", deployable);
    await stage.leap(10_000);
    await stage.forge({ action: "push", repository: "shop/elsewhere", digest: old.digest, tag: "1.0" });
    await stage.until(async () => {
      const tag = await stage.bot.store.findTag("contoso", "shop/elsewhere", "1.0");
      const heard = await heardOf("shop/elsewhere", old.digest);
      return heard > 2 && tag?.digest === real.digest && !tag.disputed;
    }, "the registry's word on the tag");
    const said = await stage.command("/acr deploy shop/elsewhere:1.0 to staging");
    expect(said).not.toContain("has moved");
    await stage.until(() => stage.tagOf("shop/elsewhere", "staging") !== undefined);
    expect(stage.tagOf("shop/elsewhere", "staging")).toBe(real.digest);
  });

  it("and its card is not called by that tag while its button deploys", async () => {
    const old = await stage.push({ repository: "shop/renamed", tag: "0.9" });
    const card = await stage.card("shop/renamed:0.9", deployable);
    await stage.push({ repository: "shop/renamed", tag: "1.0" });
    await stage.card("shop/renamed:1.0", deployable);
    await stage.leap(10_000);
    await stage.forge({ action: "push", repository: "shop/renamed", digest: old.digest, tag: "1.0" });
    await stage.until(async () => (await heardOf("shop/renamed", old.digest)) > 2);
    await stage.leap(30_000);
    await stage.push({ repository: "shop/after-renamed", tag: "1" });
    await stage.card("shop/after-renamed:1", deployable);
    const shown = cardsIn(stage.world).find(({ ts }) => ts === card.ts);
    expect(shown?.buttons).toContain("acr:deploy");
    expect(shown?.text).toContain("shop/renamed:0.9");
  });

  it("a delete is not believed while the registry still has the manifest", async () => {
    const { digest } = await stage.push({ repository: "shop/alive", tag: "1" });
    const card = await stage.card("shop/alive:1", deployable);
    stage.clock.advance(1_000);
    await stage.forge({ action: "delete", repository: "shop/alive", digest });
    await stage.until(
      async () => (await artifactOf("shop/alive", digest))?.verification.state === "mismatched",
    );
    const after = await stage.until(() =>
      cardsIn(stage.world).find(({ ts, edits }) => ts === card.ts && edits > 0),
    );
    expect(after.buttons.filter((button) => acting.includes(button))).toEqual([]);
  });

  it("and a delete that the registry still denies after ten minutes was none", async () => {
    const { digest } = await stage.push({ repository: "shop/undead", tag: "1" });
    const card = await stage.card("shop/undead:1", deployable);
    stage.clock.advance(1_000);
    await stage.forge({ action: "delete", repository: "shop/undead", digest });
    await stage.card("shop/undead:1", ({ buttons }) => buttons.length === 0);
    await stage.until(
      async () => (await artifactOf("shop/undead", digest))?.verification.state === "mismatched",
    );
    await stage.leap(660_000);
    await stage.until(async () => (await artifactOf("shop/undead", digest))?.deletedAt === undefined);
    const again = await stage.card("shop/undead:1", deployable);
    expect(again.ts).toBe(card.ts);
    await stage.act(card.ts, "acr:deploy");
    await stage.until(() => stage.tagOf("shop/undead", "staging") === digest);
  });

  it("a quarantine event alone starts no effect and offers no deploy", async () => {
    const before = (await stage.bot.store.listOperations(50)).length;
    await stage.forge({ action: "quarantine", repository: "shop/held", digest: nowhere, tag: "1" });
    await stage.until(async () => (await artifactOf("shop/held", nowhere))?.verification.state !== undefined);
    await stage.push({ repository: "shop/after-held", tag: "1" });
    await stage.card("shop/after-held:1", deployable);
    expect(cardsIn(stage.world).filter(({ text }) => text.includes("shop/held"))).toEqual([]);
    expect(await stage.bot.store.listOperations(50)).toHaveLength(before);
    expect(stage.tagOf("shop/held", "staging")).toBeUndefined();
  });

  it("hostile names and tags become no mention, link or markup", async () => {
    const { digest } = await stage.push({
      repository: "shop/hostile",
      tag: "1",
      userAgent: "<!channel> <https://evil.example|click> *bold* <@U0MAYA0001>",
      labels: {
        "org.opencontainers.image.revision": "<!here>",
        "org.opencontainers.image.source": "javascript:alert(1)",
      },
    });
    const card = await stage.card("shop/hostile:1", deployable);
    const shown = JSON.stringify(stage.world.slack.messages(releases).find(({ ts }) => ts === card.ts));
    expect(shown).not.toMatch(/<!channel>|<!here>|<@U0MAYA0001>|<https:\/\/evil|<javascript:/);
    expect(shown).toContain(digest.slice(7, 19));
  });
});

describe("a target", () => {
  it("takes no image of a repository that is not its own, by button or by command", async () => {
    const { digest } = await stage.push({ repository: "tools/lint", tag: "1" });
    const card = await stage.card("tools/lint:1", ({ buttons }) => buttons.includes("acr:details"));
    expect(card.buttons).not.toContain("acr:deploy");
    expect(await stage.command("/acr deploy tools/lint:1 to staging")).toContain("does not take tools/lint");
    expect(stage.tagOf("tools/lint", "staging")).toBeUndefined();
    expect((await stage.audit())[0]).toMatchObject({ outcome: "refused", rule: "repository", digest });
  });
});
