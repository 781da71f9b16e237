import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it } from "vitest";
import { countUndecided } from "../contract/claim-work.ts";
import { waitForCard } from "../support/bot.ts";
import { type ChildBotHome, createChildBotHome } from "../support/child-bot.ts";
import { press, submitReason, tagOf, untilRegistry } from "../support/press.ts";

const repository = "shop/checkout";
const isLive = ({ text }: { readonly text: string }) => text.includes("Live on staging");
const tagPut = `PUT /v2/${repository}/manifests/staging`;

/** Ends the bot in peace and gives every operation and audit entry of the store. */
async function readDeeds(home: ChildBotHome, bot: Awaited<ReturnType<ChildBotHome["start"]>>) {
  bot.kill("SIGTERM");
  expect(await bot.exit).toMatchObject({ code: 0 });
  return await home.look(async (store) => ({
    operations: await store.listOperations(50),
    audit: await store.listAudit(50),
  }));
}

describe("kill -9 between the click and the effect", { timeout: 60_000 }, () => {
  it("deploys once after the restart, the digest that was asked for", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    const { digest } = world.registry.push({ repository, tag: "1.4.2" });
    // The bot stands before its effect for as long as this test takes.
    world.registry.fault({ match: tagPut, delayMs: 600_000 });
    const { outcome } = await submitReason(world, await press(world, "acr:deploy"), "tax fix");
    expect(outcome).toBe("closed");
    await bot.waitForLog(({ msg }) => msg === "operation runs");
    bot.kill("SIGKILL");
    await bot.exit;
    expect(tagOf(world, "staging")).toBeUndefined();
    world.registry.clearFaults();

    const next = await home.start();
    await waitForCard(world, isLive);
    expect(tagOf(world, "staging")).toBe(digest);
    const { operations, audit } = await readDeeds(home, next);
    expect(operations).toMatchObject([{ kind: "deploy", state: "succeeded", digest }]);
    expect(audit.filter((entry) => entry.outcome === "succeeded")).toHaveLength(1);
  });

  it("finishes a deploy whose effect was done but not written down", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    world.registry.push({ repository, tag: "1.4.1" });
    await submitReason(world, await press(world, "acr:deploy"), "first");
    await waitForCard(world, isLive);
    const before = tagOf(world, "staging");

    world.registry.push({ repository, tag: "1.4.2" });
    const killed = untilRegistry(world, () => {
      if (tagOf(world, "staging") === before) return false;
      bot.kill("SIGKILL");
      return true;
    });
    await submitReason(world, await press(world, "acr:deploy"), "second");
    await killed;
    await bot.exit;

    const next = await home.start();
    await waitForCard(world, ({ text }) => text.includes("1.4.2") && isLive({ text }));
    expect(tagOf(world, "staging")).toBe(tagOf(world, "1.4.2"));
    const { operations } = await readDeeds(home, next);
    expect(operations).toHaveLength(2);
    // What ran before is what a roll back would bring back: not the new digest, though the tag named it already.
    expect(operations.find(({ reason }) => reason === "second")).toMatchObject({
      state: "succeeded",
      digest: tagOf(world, "1.4.2"),
      digestBefore: before,
    });
  });
});

describe("kill -9 during the submission of a dialog", { timeout: 60_000 }, () => {
  it("shows an error and does nothing when it was not recorded", async () => {
    await using home = await createChildBotHome({ world: { slack: { answerTimeoutMs: 500 } } });
    const { world } = home;
    const bot = await home.start();
    world.registry.push({ repository, tag: "1.4.2" });
    const view = await press(world, "acr:deploy");
    // Halted, it takes the bytes from the network no more.
    bot.kill("SIGSTOP");
    const { outcome, delivery } = await submitReason(world, view, "tax fix");
    expect(outcome).toBe("failed");
    expect(delivery?.error).toBe("operation_timeout");
    bot.kill("SIGKILL");
    await bot.exit;

    const next = await home.start();
    await next.waitForLog(({ msg }) => msg === "connected to Slack");
    const { operations } = await readDeeds(home, next);
    expect(operations).toEqual([]);
    expect(tagOf(world, "staging")).toBeUndefined();
  });

  it("does what was acknowledged", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    world.registry.push({ repository, tag: "1.4.2" });
    const view = await press(world, "acr:deploy");
    world.registry.fault({ match: "* /v2/", status: 0, count: 1_000 });
    expect((await submitReason(world, view, "tax fix")).outcome).toBe("closed");
    bot.kill("SIGKILL");
    await bot.exit;
    world.registry.clearFaults();

    const next = await home.start({ laterMs: 5_000 });
    await waitForCard(world, isLive);
    const { operations } = await readDeeds(home, next);
    expect(operations).toMatchObject([{ kind: "deploy", state: "succeeded", reason: "tax fix" }]);
  });

  it("does all of it or nothing when it is killed between the request and its answer", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    world.registry.push({ repository, tag: "1.4.2" });
    const view = await press(world, "acr:deploy");
    using _ = onceSubmissionIsSent(() => bot.kill("SIGKILL"));
    const { outcome } = await submitReason(world, view, "tax fix");
    await bot.exit;
    const recorded = await home.look(
      async (store) => (await countUndecided(store)) + (await store.listOperations(50)).length,
    );
    // What was acknowledged is on disk; what was not may be, when only the answer was lost.
    if (outcome !== "failed") expect(recorded).toBe(1);

    const next = await home.start({ laterMs: 5_000 });
    if (recorded > 0) await waitForCard(world, isLive);
    const { operations, audit } = await readDeeds(home, next);
    expect(operations.map(({ state }) => state)).toEqual(recorded > 0 ? ["succeeded"] : []);
    expect(audit.map((entry) => entry.outcome)).toEqual(recorded > 0 ? ["succeeded", "allowed"] : []);
    expect(tagOf(world, "staging") !== undefined).toBe(recorded > 0);
  });
});

/** Calls back when the next request to `/slack/events` has left this process. */
function onceSubmissionIsSent(act: () => void): Disposable {
  const sent = (message: unknown): void => {
    if (JSON.stringify(Reflect.get(Object(message), "request")?.path) !== '"/slack/events"') return;
    unsubscribe("undici:request:bodySent", sent);
    act();
  };
  subscribe("undici:request:bodySent", sent);
  return { [Symbol.dispose]: () => void unsubscribe("undici:request:bodySent", sent) };
}
