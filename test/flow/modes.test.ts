import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { expect, it } from "vitest";
import { createWorld } from "../../demo/world.ts";
import { configFromEnvironment } from "../../src/config/from-environment.ts";
import { createRunningConfig } from "../../src/config/running/running-config.ts";
import { createLog } from "../../src/log.ts";
import { serve } from "../../src/serve.ts";
import { startServer } from "../support/loopback-server.ts";
import { openStage } from "../support/stage.ts";

it("observe mode says what it would have done, and changes nothing", async () => {
  const stage = await openStage({ overrides: { mode: "observe" } });
  try {
    const { digest } = await stage.push({ repository: "shop/seen", tag: "1" });
    const card = await stage.card("shop/seen:1", ({ buttons }) => buttons.includes("acr:deploy"));
    const submitted = await stage.act(card.ts, "acr:deploy");
    expect(submitted.outcome).toBe("updated");
    expect(JSON.stringify(stage.world.slack.views())).toContain("would have done it");
    const said = await stage.command("/acr deploy shop/seen:1 to staging");
    expect(said).toMatch(/would have done it \(Deploy shop\/seen:1 to staging/);
    const outcomes = (await stage.audit()).filter((entry) => entry.digest === digest);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["observed", "observed"]);
    expect(await stage.bot.store.listOperations(10)).toEqual([]);
    expect(stage.tagOf("shop/seen", "staging")).toBeUndefined();
  } finally {
    await stage.close();
  }
});

it("notify mode has cards with links and nothing else, and refuses commands that act", async () => {
  const stage = await openStage({ overrides: { mode: "notify" } });
  try {
    await stage.push({ repository: "shop/told", tag: "1" });
    const card = await stage.card("shop/told:1");
    expect(card.buttons.filter((button) => button !== "acr:link")).toEqual([]);
    expect(await stage.command("/acr deploy shop/told:1 to staging")).toContain("I only notify here");
    const pressed = await stage.press(card.ts, "acr:deploy", undefined, { value: "x", forge: true });
    expect(pressed.kind).toBe("private");
    expect(stage.tagOf("shop/told", "staging")).toBeUndefined();
  } finally {
    await stage.close();
  }
});

/** Takes what is posted to a Slack incoming webhook. */
async function startReceiver() {
  const bodies: unknown[] = [];
  const { url, close } = await startServer(async (request, response) => {
    bodies.push(await json(request));
    response.end("ok");
  });
  return { url: `${url}/services/T0/B0/${randomBytes(12).toString("hex")}`, bodies, close };
}

it("a Slack incoming webhook alone gets each image once, with links and no buttons", async () => {
  const receiver = await startReceiver();
  const world = await createWorld();
  const lines: string[] = [];
  const loaded = configFromEnvironment({
    ACR_WEBHOOK_SECRET: world.secrets.webhook,
    ACR_LOGIN_SERVER: world.registry.loginServer,
    SLACK_WEBHOOK_URL: receiver.url,
    ACR_CHATOPS_STORE_URL: `sqlite:${join(world.directory, "bot.db")}`,
    ACR_CHATOPS_STORE_EPHEMERAL: "true",
    HOST: "127.0.0.1",
    PORT: "0",
    INTERNAL_PORT: "0",
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const config = createRunningConfig(loaded.config);
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ level: "debug", destination, secrets: config.secrets });
  const bot = await serve({ config, log });
  try {
    world.connectBot(bot.publicAddress);
    const { digest } = world.registry.push({ repository: "shop/once", tag: "1" });
    world.registry.setTag("shop/once", "1", digest);
    await world.registry.settled();
    const key = { registry: "contoso", repository: "shop/once", digest };
    await new Promise<void>((resolve) => {
      const look = async () => {
        const [message] = await bot.store.messagesOf(`contoso/shop/once@${digest}`);
        const story = await bot.store.happeningsOf(key, 50);
        if (message?.state === "shown" && story.filter(({ step }) => step === "receive").length >= 3)
          resolve();
      };
      bot.store.onWork(() => void look());
      void look();
    });
    expect(receiver.bodies).toHaveLength(1);
    expect(receiver.bodies[0]).toMatchObject({ text: expect.stringContaining("shop/once:1") });
    expect(JSON.stringify(receiver.bodies[0])).not.toContain('"value"');
    expect(lines.join("")).not.toContain(receiver.url);
  } finally {
    await bot.stop();
    await Promise.all([world.close(), receiver.close()]);
  }
});
