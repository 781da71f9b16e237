import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type World } from "../../demo/world.ts";
import { waitForCard, writeConfiguration } from "../support/bot.ts";
import { type ChildBot, startChildBot, untilItServes } from "../support/child-bot.ts";
import { startProgram } from "../support/child-program.ts";
import { startCompanyProxy } from "../support/company-proxy.ts";
import { aPushEvent, sendEvent } from "../support/send-event.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld({ slack: { rates: false } });
});
afterEach(() => world.close());

/** The registry's part of the variables, and a place for the store. */
const registryVariables = () => ({
  ACR_LOGIN_SERVER: world.registry.loginServer,
  ACR_WEBHOOK_SECRET: world.secrets.webhook,
  ACR_CHATOPS_STORE_URL: `sqlite:${world.addresses(0).storeFile}`,
  ACR_CHATOPS_STORE_EPHEMERAL: "true",
  HOST: "127.0.0.1",
  PORT: "0",
  INTERNAL_PORT: "0",
});

async function readyz(bot: ChildBot): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${bot.internalAddress}/readyz`);
  return { status: response.status, body: await response.json() };
}

describe("notify mode from environment variables alone", () => {
  it("posts a card for a push to the channel, without a button that acts", async () => {
    // Variables cannot name another address of Slack; a proxy leads to the simulated one.
    await using proxy = await startCompanyProxy(["slack.com"], () => new URL(world.slack.apiUrl).origin);
    await using program = startProgram(["src/main.ts"], {
      ...registryVariables(),
      ...proxy.environment,
      SLACK_BOT_TOKEN: world.secrets.slackToken,
      SLACK_SIGNING_SECRET: world.secrets.slackSigning,
      SLACK_CHANNEL: "C0RELEASES",
    });
    const bot = await untilItServes(program);
    world.connectBot(bot.publicAddress);
    world.registry.push({ repository: "any/thing", tag: "7" });
    const card = await waitForCard(world, ({ text }) => text.includes("any/thing:7"));
    expect(card.buttons.filter((id) => !/^acr:(details|link)$/.test(id))).toEqual([]);
    bot.kill("SIGHUP");
    await bot.waitForLog(({ msg }) => msg === "nothing to read again: the configuration has no file");
    bot.kill("SIGTERM");
    expect(await bot.exit).toMatchObject({ code: 0 });
  });

  it("posts once per image to an incoming webhook", async () => {
    const received: { readonly text?: string }[] = [];
    const server = createServer(async (request, response) => {
      const body = (await json(request)) as { readonly text?: string };
      received.push(body);
      response.end("ok");
      server.emit("received");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/services/T0/B0/secret-of-the-webhook`;
      await using program = startProgram(["src/main.ts", "serve"], {
        ...registryVariables(),
        SLACK_WEBHOOK_URL: url,
      });
      const bot = await untilItServes(program);
      world.connectBot(bot.publicAddress);
      const both = new Promise<void>((resolve) => {
        server.on("received", () => received.length >= 2 && resolve());
      });
      const { digest } = world.registry.push({ repository: "shop/checkout", tag: "1" });
      await bot.waitForLog(({ msg }) => msg === "shown");
      // The same image by another tag: an edit, where messages can be edited.
      const again = aPushEvent(world, { repository: "shop/checkout", tag: "stable", digest });
      expect((await sendEvent(bot.publicAddress, world, again)).status).toBe(200);
      await bot.waitForLog(({ msg, eventId }) => msg === "event folded" && eventId === again.id);
      world.registry.push({ repository: "shop/cart", tag: "2" });
      await both;
      expect(received.map(({ text }) => text?.split(" ")[0])).toEqual(["shop/checkout:1", "shop/cart:2"]);
      bot.kill("SIGTERM");
      expect(await bot.exit).toMatchObject({ code: 0 });
      expect(program.lines().join("\n")).not.toContain("secret-of-the-webhook");
    } finally {
      server.close();
    }
  });
});

describe("readiness", () => {
  it("names Slack as missing until it answers, and lets events come in meanwhile", async () => {
    const held = world.slack.fault({ method: "auth.test", status: 0, mode: "hang" });
    await using bot = await startChildBot(await writeConfiguration(world), world.environment);
    expect(await readyz(bot)).toMatchObject({
      status: 200,
      body: { checks: { store: { status: "ready" }, slack: { status: "not-ready" } } },
    });
    expect((await sendEvent(bot.publicAddress, world)).status).toBe(200);
    for (const address of [bot.publicAddress, bot.internalAddress]) {
      expect((await fetch(`${address}/healthz`)).status).toBe(200);
    }
    expect((await fetch(`${bot.publicAddress}/readyz`)).status).toBe(404);
    held.release();
    await bot.waitForLog(({ msg }) => msg === "connected to Slack");
    expect(await readyz(bot)).toMatchObject({
      status: 200,
      body: { status: "ready", checks: { store: { status: "ready" }, slack: { status: "ready" } } },
    });
  });
});

describe("the command line", () => {
  it("checks a configuration without starting anything", async () => {
    const file = await writeConfiguration(world);
    await using good = startProgram(["src/main.ts", "config", "check", file], world.environment);
    expect(await good.exit).toMatchObject({ code: 0, stderr: "" });
    await using bad = startProgram(["src/main.ts", "config", "check", file], {});
    const { code, stdout } = await bad.exit;
    expect(code).toBe(1);
    expect(stdout).toMatch(/acr-chatops\.yaml:\d+:\d+ .*ACR_WEBHOOK_SECRET/);
  });

  it("prints the configuration's schema", async () => {
    await using program = startProgram(["src/main.ts", "config", "schema"]);
    const { code, stdout } = await program.exit;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: expect.stringContaining("json-schema.org"),
      properties: { registries: {}, routes: {}, targets: {} },
    });
  });

  it("answers a wrong command with help and a code that is not 0", async () => {
    await using program = startProgram(["src/main.ts", "sreve"]);
    const { code, stderr } = await program.exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(/sreve|too many arguments/);
    expect(stderr).toContain("Usage: acr-chatops");
  });
});
