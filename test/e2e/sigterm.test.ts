import { once } from "node:events";
import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { waitForCard } from "../support/bot.ts";
import { type ChildBot, createChildBotHome } from "../support/child-bot.ts";
import { press, submitReason } from "../support/press.ts";
import { aPushEvent, sendEvent, webhookOf } from "../support/send-event.ts";

// What `docker stop` gives before it kills.
const patienceMs = 10_000;

/** Ends the bot as an orchestrator does; fails unless it leaves in time, with 0. */
async function endInTime(bot: ChildBot, signal: "SIGTERM" | "SIGINT" = "SIGTERM"): Promise<void> {
  const began = performance.now();
  bot.kill(signal);
  expect(await bot.exit).toMatchObject({ code: 0, signal: null, stderr: "" });
  expect(performance.now() - began).toBeLessThan(patienceMs);
}

async function answerTo(call: ClientRequest): Promise<{ status: number | undefined; body: string }> {
  const [response] = (await once(call, "response")) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe("SIGTERM", () => {
  it("answers the event that is coming in, and leaves", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    const event = aPushEvent(world);
    const { url, headers } = webhookOf(bot.publicAddress, world.secrets.webhook);
    const length = Buffer.byteLength(event.body);
    const call = request(url, {
      method: "POST",
      headers: { ...headers, "content-length": length, expect: "100-continue" },
    });
    call.flushHeaders();
    // The bot has read the headers and waits for the body.
    await once(call, "continue");
    bot.kill("SIGTERM");
    await bot.waitForLog(({ msg }) => msg === "stopping");
    call.end(event.body);
    const answer = await answerTo(call);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ status: "recorded", id: event.id });
    expect(await bot.exit).toMatchObject({ code: 0, signal: null });
    const kept: string[] = [];
    await home.look((store) => store.foldBatch(10, ({ event: { id } }) => void kept.push(id)));
    expect(kept).toEqual([event.id]);
  });

  it("begins nothing more while a client is slow to send its body", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    const hang = world.slack.fault({ method: "chat.postMessage", status: 0, mode: "hang" });
    world.registry.push({ repository: "shop/checkout", tag: "1.4.2" });
    await world.slack.waitFor(() => hang.held() === 1);
    // Its card waits for the first one, in the same channel.
    world.registry.push({ repository: "shop/cart", tag: "3" });
    await bot.waitForLog(({ step, subject }) => step === "verify" && String(subject).includes("shop/cart"));
    const { url, headers } = webhookOf(bot.publicAddress, world.secrets.webhook);
    const slow = request(url, { method: "POST", headers: { ...headers, expect: "100-continue" } });
    slow.on("error", () => undefined); // it is cut off in the end
    slow.flushHeaders();
    await once(slow, "continue");
    bot.kill("SIGTERM");
    await bot.waitForLog(({ msg }) => msg === "stopping");
    hang.release();
    await bot.waitForLog(({ msg, slot }) => msg === "shown" && slot === "root");
    expect(await bot.exit).toMatchObject({ code: 0 });
    expect(world.slack.calls("chat.postMessage")).toHaveLength(1);
  }, 30_000);

  it("does not wait for clients that keep their connections, nor for those that say nothing", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { url } = webhookOf(bot.publicAddress, "");
    expect((await answerTo(request(url, { agent }).end())).status).toBe(405);
    const silent = connect(Number(new URL(bot.publicAddress).port), "127.0.0.1");
    await once(silent, "connect");
    silent.on("error", () => undefined); // it is cut off in the end
    expect((await sendEvent(bot.publicAddress, world)).status).toBe(200);
    await endInTime(bot);
    silent.destroy();
    agent.destroy();
  });

  it("leaves in time while Slack and the registry hang, and goes on at the next start", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const bot = await home.start();
    world.registry.push({ repository: "shop/checkout", tag: "1.4.2" });
    const view = await press(world, "acr:deploy");
    const hang = world.slack.fault({ method: "chat.postMessage", status: 0, mode: "hang", count: 100 });
    world.registry.fault({ match: "PUT /v2/", delayMs: 600_000 });
    await submitReason(world, view, "tax fix");
    await bot.waitForLog(({ msg }) => msg === "operation runs");
    world.registry.push({ repository: "shop/cart", tag: "3" });
    await world.slack.waitFor(() => hang.held() > 0);
    await endInTime(bot);
    hang.release();
    world.registry.clearFaults();

    await home.start({ laterMs: 25_000 });
    await waitForCard(world, ({ text: said }) => said.includes("Live on staging"));
    await waitForCard(world, ({ text: said }) => said.includes("shop/cart:3"));
  }, 30_000);

  it("is obeyed once, and SIGINT is the same", async () => {
    await using home = await createChildBotHome();
    const bot = await home.start();
    bot.kill("SIGINT");
    await bot.waitForLog(({ msg }) => msg === "stopping");
    await endInTime(bot);
    expect(bot.log().filter(({ msg }) => msg === "stopping")).toHaveLength(1);
  });
});
