import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installOnTeams } from "../../demo/install-on-teams.ts";
import { createWorld, type World } from "../../demo/world.ts";
import { waitForCard, writeConfiguration } from "../support/bot.ts";
import { type ChildBot, untilItServes } from "../support/child-bot.ts";
import { startProgram } from "../support/child-program.ts";

/** Node's options for a program that writes the address of each module it loads into a file. */
function noting(file: string): readonly string[] {
  const script = `import { appendFileSync } from "node:fs"; import { registerHooks } from "node:module";
    registerHooks({ load: (url, context, next) => {
      appendFileSync(${JSON.stringify(file)}, url + "\\n");
      return next(url, context);
    } });`;
  return ["--import", `data:text/javascript,${encodeURIComponent(script)}`];
}

/** Runs `serve` until it has shown a card (or, where no card can be seen, serves), and gives what it loaded. */
async function modulesOf(
  world: World,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  work: (bot: ChildBot) => Promise<unknown>,
): Promise<readonly string[]> {
  const file = join(world.directory, "modules.txt");
  await using program = startProgram([...noting(file), "src/main.ts", "serve", ...args], environment);
  const bot = await untilItServes(program);
  world.connectBot(bot.publicAddress);
  await work(bot);
  bot.kill("SIGTERM");
  expect(await bot.exit).toMatchObject({ code: 0 });
  return (await readFile(file, "utf8")).trimEnd().split("\n");
}

const from = (modules: readonly string[], part: string) => modules.filter((url) => url.includes(part));

// teams-ai, and what comes with it.
const ofTeams = ["/@microsoft/", "/node_modules/botbuilder", "/node_modules/botframework"];

describe("serve", () => {
  it("loads neither Slack's libraries nor Azure's when they are not configured, and nothing of the demo", async () => {
    const world = await createWorld();
    try {
      const environment = {
        ACR_LOGIN_SERVER: world.registry.loginServer,
        ACR_WEBHOOK_SECRET: world.secrets.webhook,
        // Nothing is posted: nobody pushes.
        SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/nothing",
        ACR_CHATOPS_STORE_URL: `sqlite:${world.addresses(0).storeFile}`,
        ACR_CHATOPS_STORE_EPHEMERAL: "true",
        HOST: "127.0.0.1",
        PORT: "0",
        INTERNAL_PORT: "0",
      };
      const modules = await modulesOf(world, [], environment, async () => undefined);
      expect(from(modules, "/src/app.ts")).toHaveLength(1);
      for (const part of ["/demo/", "/test/", "/@slack/", "/@azure/", "/node_modules/pg/", ...ofTeams]) {
        expect(from(modules, part), part).toEqual([]);
      }
    } finally {
      await world.close();
    }
  });

  it("loads Slack's and Azure's when they are used, and still nothing of Teams or of the demo", async () => {
    const world = await createWorld({ slack: { rates: false } });
    try {
      const file = await writeConfiguration(world);
      const modules = await modulesOf(world, ["--config", file], world.environment, async () => {
        world.registry.push({ repository: "shop/checkout", tag: "1.4.2" });
        await waitForCard(world, ({ buttons }) => buttons.includes("acr:deploy"));
      });
      for (const part of ["/@slack/bolt/", "/@azure/identity/"]) {
        expect(from(modules, part).length, part).toBeGreaterThan(0);
      }
      for (const part of ["/demo/", "/test/", "/node_modules/pg/", ...ofTeams]) {
        expect(from(modules, part), part).toEqual([]);
      }
    } finally {
      await world.close();
    }
  });

  it("loads those of Teams when it is configured", async () => {
    const world = await createWorld({ slack: { rates: false }, teams: {} });
    try {
      const file = await writeConfiguration(world);
      const modules = await modulesOf(world, ["--config", file], world.environment, async (bot) => {
        if (world.teams !== undefined) await installOnTeams(world.teams, bot.internalAddress);
      });
      for (const part of ["/@microsoft/teams-ai/", "/node_modules/botframework-connector/"]) {
        expect(from(modules, part).length, part).toBeGreaterThan(0);
      }
      for (const part of ["/demo/", "/test/"]) expect(from(modules, part), part).toEqual([]);
    } finally {
      await world.close();
    }
  });
});
