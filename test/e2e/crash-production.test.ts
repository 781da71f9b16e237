import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configurationOf } from "../../demo/configuration.ts";
import { shop } from "../../demo/shop-cluster.ts";
import type { World } from "../../demo/world.ts";
import { waitForCard } from "../support/bot.ts";
import { type ChildBot, type ChildBotHome, createChildBotHome } from "../support/child-bot.ts";

const { repository } = shop;
const maya = "U0MAYA0001";
const lena = "U0LENA0001";
const channel = "C0RELEASES";
const production = { kind: shop.kind, namespace: shop.namespace, name: shop.name } as const;

/** Production as in the demo, but one approval is enough, and the image need not have been on staging. */
function easier(world: World) {
  const { targets } = parse(configurationOf(world.addresses(0)));
  const { after: _after, ...own } = targets.production;
  return { targets: { ...targets, production: { ...own, approvals: { ...own.approvals, count: 1 } } } };
}

const newHome = (stepMs: number) =>
  createChildBotHome({ overrides: easier, world: { kubernetes: { stepMs } } });

function clusterOf({ world: { kubernetes } }: ChildBotHome) {
  if (kubernetes === undefined) throw new Error("the world has no Kubernetes");
  return kubernetes;
}

/** Kills the bot at the first change of the cluster that is as wanted, from inside that change. */
function killWhen(home: ChildBotHome, bot: ChildBot, wanted: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const forget = clusterOf(home).onChange(() => {
      if (!wanted()) return;
      forget();
      bot.kill("SIGKILL");
      resolve();
    });
  });
}

/** Pushes, asks for production as Maya and lets Lena approve it; gives the digest. */
async function approve({ world }: ChildBotHome): Promise<string> {
  const { digest } = world.registry.push({ repository, tag: "1.4.2" });
  await waitForCard(world, ({ buttons }) => buttons.some((id) => id.startsWith("acr:deploy")));
  await world.slack.command({
    channel,
    user: maya,
    text: `/acr deploy ${repository}:1.4.2 to production`,
  });
  const { ts } = await waitForCard(world, ({ buttons }) => buttons.includes("acr:approve"));
  await world.slack.click({ channel, ts, actionId: "acr:approve", user: lena });
  return digest;
}

/** Starts the next bot, and gives what came of the operation once the card says that it is live. */
async function afterwards(home: ChildBotHome) {
  const next = await home.start();
  await waitForCard(home.world, ({ text }) => text.includes("Live on production"));
  next.kill("SIGTERM");
  expect(await next.exit).toMatchObject({ code: 0 });
  return await home.look(async (store) => ({
    operations: await store.listOperations(10),
    audit: await store.listAudit(50),
  }));
}

describe("kill -9 while production rolls out", { timeout: 60_000 }, () => {
  it("finds the patch that it made and did not write down, and makes no second one", async () => {
    await using home = await newHome(20);
    const bot = await home.start();
    const cluster = clusterOf(home);
    const killed = killWhen(home, bot, () => cluster.workload(production).generation > 1);
    const digest = await approve(home);
    await killed;
    await bot.exit;
    const { operations, audit } = await afterwards(home);
    expect(operations).toMatchObject([{ kind: "deploy", state: "succeeded", digest }]);
    expect(audit.filter(({ outcome }) => outcome === "succeeded")).toHaveLength(1);
    expect(cluster.workload(production).images[shop.container]).toContain(digest);
    expect(cluster.workload(production).changes).toBe(1);
  });

  it("goes on waiting for the pods that come up meanwhile", async () => {
    await using home = await newHome(400);
    const bot = await home.start();
    const cluster = clusterOf(home);
    let digest = "";
    const isHalfway = () =>
      digest !== "" &&
      cluster
        .workload(production)
        .pods.some(({ images, isReady }) => isReady && (images[shop.container] ?? "").includes(digest));
    const killed = killWhen(home, bot, isHalfway);
    digest = await approve(home);
    await killed;
    await bot.exit;
    const { operations } = await afterwards(home);
    expect(operations).toMatchObject([{ state: "succeeded", digest }]);
    expect(cluster.workload(production)).toMatchObject({ changes: 1, isSettled: true });
  });
});
