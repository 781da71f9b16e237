import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { putManifest } from "../../demo/registry/put-manifest.ts";
import { getRepository } from "../../demo/registry/shelf.ts";
import { cardsIn } from "../support/bot.ts";
import { openStage, releases } from "../support/stage.ts";

const stage = await openStage();
const { registry, secrets } = stage.world;
const webhook = {
  name: "chatops",
  serviceUri: `${stage.bot.publicAddress}/webhooks/acr/contoso?region=westeurope`,
  customHeaders: { "X-Webhook-Secret": secrets.webhook },
};
afterAll(() => stage.close());

const platforms = ["linux/amd64", "linux/arm64"];
const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");
const blocksOf = (ts: string) =>
  JSON.stringify(stage.world.slack.messages(releases).find((one) => one.ts === ts)?.blocks) ?? "";
const told = (words: string) =>
  stage.until(() => cardsIn(stage.world).find(({ text }) => text.includes(words)), words);

/** What is done while the registry's webhook is off: no event tells of it. */
async function unheard<T>(deed: () => T): Promise<T> {
  registry.setWebhook({ ...webhook, status: "disabled" });
  const done = deed();
  await registry.settled();
  registry.setWebhook(webhook);
  return done;
}

/** Takes a manifest out of the registry, and gives what puts it back without an event. */
function takeOut(repository: string, tag: string, digest: string) {
  const { shelf } = registry.importSource;
  const manifest = getRepository(shelf, repository).manifests.get(digest);
  if (manifest === undefined) throw new Error(`no ${digest}`);
  const { bytes, mediaType } = manifest;
  registry.delete({ repository, digest });
  const request = { id: randomUUID(), host: registry.loginServer, method: "PUT" };
  return () => unheard(() => putManifest(shelf, { repository, reference: tag, bytes, mediaType, request }));
}

const artifactOf = (repository: string, digest: string) =>
  stage.bot.store.findArtifact({ registry: "contoso", repository, digest });

async function goLive(
  repository: string,
  tag: string,
  more: { readonly platforms?: readonly string[] } = {},
) {
  const pushed = await stage.push({ repository, tag, ...more });
  const { ts } = await stage.card(`${repository}:${tag}`, deployable);
  await stage.act(ts, "acr:deploy");
  await stage.card(`${repository}:${tag}`, ({ text }) => text.includes("Live on staging"));
  return { ...pushed, ts };
}

describe("what happened to an image without an event", () => {
  it("a live index that lost a platform is seen by the watch loop", async () => {
    const { children, ts } = await goLive("shop/half", "1", { platforms });
    await unheard(() => registry.delete({ repository: "shop/half", digest: children[1] ?? "" }));
    await stage.leap(2 * 60_000);
    await stage.until(() => blocksOf(ts).includes("can't pull it again there"));
    await told("A platform of what staging runs was deleted");
  });

  it("an index that lost a platform by an event is seen at once", async () => {
    const { children, digest } = await stage.push({ repository: "shop/told", tag: "1", platforms });
    const { ts } = await stage.card("shop/told:1", deployable);
    registry.delete({ repository: "shop/told", digest: children[0] ?? "" });
    await stage.until(() => blocksOf(ts).includes("*Gone from the registry*: `linux/amd64`"));
    expect(digest).not.toBe(children[0]);
  });

  it("a live image that was deleted is seen by the watch loop, as deleted", async () => {
    const { digest } = await goLive("shop/vanished", "1");
    await unheard(() => registry.delete({ repository: "shop/vanished", digest }));
    await stage.leap(11 * 60_000);
    await stage.until(async () => (await artifactOf("shop/vanished", digest))?.missedAt !== undefined);
    await stage.leap(40_000);
    await stage.card("shop/vanished:1", ({ text }) => text.includes("Deleted"));
    await told("runs an image that was deleted");
  });

  it("a deleted image that is back can be deployed, shown and rolled back to as soon as it is named", async () => {
    const repository = "shop/back";
    const { digest } = await goLive(repository, "3.0.0");
    await goLive(repository, "3.0.1");
    const putBack = takeOut(repository, "3.0.0", digest);
    await stage.card(`${repository}:3.0.0`, ({ text }) => text.includes("Deleted"));
    await stage.leap(75_000);
    expect(await stage.command(`/acr deploy ${repository}@${digest} to staging`)).toContain("was deleted");
    expect(await stage.command(`/acr rollback staging ${repository}`)).toContain("no earlier version");
    await putBack();
    expect(await stage.command(`/acr show ${repository}:3.0.0`)).not.toContain("Deleted");
    await stage.command(`/acr rollback staging ${repository}`);
    await stage.until(() => stage.tagOf(repository, "staging") === digest);
  });

  it("a platform that was deleted is seen when the image is named, and when its card's button is pressed", async () => {
    const { children } = await stage.push({ repository: "shop/named", tag: "1", platforms });
    const named = await stage.card("shop/named:1", deployable);
    const pressed = await stage.push({ repository: "shop/pressed", tag: "1", platforms });
    const { ts } = await stage.card("shop/pressed:1", deployable);
    await stage.leap(10_000);
    await unheard(() => {
      registry.delete({ repository: "shop/named", digest: children[1] ?? "" });
      registry.delete({ repository: "shop/pressed", digest: pressed.children[1] ?? "" });
    });
    await stage.command("/acr show shop/named:1");
    await stage.until(() => blocksOf(named.ts).includes("Gone from the registry"));
    expect(blocksOf(ts)).not.toContain("Gone from the registry");
    await stage.press(ts, "acr:deploy");
    await stage.until(() => blocksOf(ts).includes("Gone from the registry"));
  });

  it("a tag that was moved is seen when the image is named by it", async () => {
    const repository = "shop/moved";
    await stage.push({ repository, tag: "1" });
    await stage.card(`${repository}:1`, deployable);
    await stage.leap(10_000);
    const { digest } = await unheard(() => registry.push({ repository, tag: "1" }));
    await stage.command(`/acr deploy ${repository}:1 to staging`);
    await stage.until(() => stage.tagOf(repository, "staging") === digest);
  });
});
