import { afterAll, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage } from "../support/stage.ts";

const stage = await openStage();
afterAll(() => stage.close());
const { store } = stage.bot;
const images = 40;

const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");
const asked = () => stage.log.filter((line) => line.includes("asked the registry")).length;
const whole = (repository: string) => ({ registry: "contoso", repository, digest: "" });

function cardsOf(title: string) {
  return cardsIn(stage.world).filter(({ text }) => text.startsWith(title));
}

it("ten forged deletes of a whole repository examine none of its images, and post nothing", async () => {
  for (let at = 1; at <= images; at += 1)
    stage.world.registry.push({ repository: "shop/many", tag: `${at}` });
  await stage.world.registry.settled();
  for (const at of [1, images]) await stage.card(`shop/many:${at} `, deployable);
  await stage.until(async () => (await store.dueVerifications("contoso", "shop/many", 1)).length === 0);
  const before = asked();
  for (let at = 0; at < 10; at += 1) await stage.forge({ action: "delete", repository: "shop/many" });
  await stage.until(
    async () => (await store.findArtifact(whole("shop/many")))?.verification.state === "mismatched",
  );
  await stage.leap(120_000);
  await stage.until(async () => (await store.findArtifact(whole("shop/many")))?.deletedAt === undefined);
  expect(asked() - before).toBe(0);
  expect(cardsOf("shop/many in")).toEqual([]);
  expect(cardsOf("shop/many:1 ").every(deployable)).toBe(true);
});

it("a delete of a repository that the registry does not have any more closes the cards of its images", async () => {
  const pushed = [];
  for (const tag of ["1", "2"]) pushed.push(await stage.push({ repository: "shop/gone", tag }));
  for (const tag of ["1", "2"]) await stage.card(`shop/gone:${tag}`, deployable);
  // Within ten minutes of its push a replica may simply not have it yet.
  await stage.leap(660_000);
  const { registry } = stage.world;
  registry.setWebhook({ name: "chatops", serviceUri: stage.bot.publicAddress, status: "disabled" });
  for (const { digest } of pushed) registry.delete({ repository: "shop/gone", digest });
  stage.world.connectBot(stage.bot.publicAddress);
  await stage.forge({ action: "delete", repository: "shop/gone" });
  await stage.card("shop/gone in", ({ text }) => text.includes("Deleted"));
  for (const tag of ["1", "2"]) await stage.card(`shop/gone:${tag}`, ({ text }) => text.includes("Deleted"));
});

it("a delete of a repository that nobody has heard of is one of the unconfirmed", async () => {
  await stage.forge({ action: "delete", repository: "shop/never-was" });
  await stage.card("shop/never-was in");
  expect((await store.findArtifact(whole("shop/never-was")))?.verification).toMatchObject({
    asked: "failed",
  });
});
