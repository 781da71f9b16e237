import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatProblems } from "../src/config/check-command.ts";
import { loadConfig } from "../src/config/load.ts";
import { createRunningConfig } from "../src/config/running/running-config.ts";
import { createLog } from "../src/log.ts";
import { type Serving, serve } from "../src/serve.ts";
import { addLiveState } from "./api/live-state.ts";
import { addApi } from "./api/routes.ts";
import { readState } from "./api/state.ts";
import { configurationOf, type Overrides } from "./configuration.ts";
import { installOnTeams } from "./install-on-teams.ts";
import { buildPage } from "./page/build.ts";
import { pageRoutes } from "./page/routes.ts";
import { createWorld, type World } from "./world.ts";

// Pods take a moment to come up, so that a rollout can be watched.
const podStepMs = 1_200;

export interface Demo {
  readonly world: World;
  readonly bot: Serving;
  readonly pageAddress: string;
  stop(): Promise<void>;
}

/**
 * Starts the world and the real bot in it, told by a real configuration file; the page and the demo's API are routes
 * beside the bot's own. Everything is on loopback.
 */
export async function runDemo(options: {
  readonly port: number;
  readonly registryPort: number;
  readonly directory?: string;
  readonly logLevel: string;
  readonly overrides?: Overrides;
}): Promise<Demo> {
  const { port, registryPort, directory } = options;
  const world = await createWorld({
    registryPort,
    teams: {},
    kubernetes: { stepMs: podStepMs },
    ...(directory === undefined ? {} : { directory }),
  });
  try {
    // The managed identity's endpoint is found by these variables, as on App Service and Container Apps.
    Object.assign(process.env, world.environment);
    const config = createRunningConfig(await writeConfig(world, port, options.overrides));
    const log = createLog({
      level: options.logLevel,
      destination: process.stderr,
      secrets: config.secrets,
    });
    const page = await buildPage();
    const changed = new Set<() => void>();
    let state: () => Promise<unknown> = () => Promise.resolve({});
    const bot = await serve({
      config,
      log,
      addRoutes: (server) => {
        pageRoutes(server, page);
        addApi(server, world, () => state());
        addLiveState(server, { readState: () => state(), onChange: (listener) => changed.add(listener) });
      },
    });
    state = () => readState(world, bot.store);
    const tell = (): void => {
      for (const listener of changed) listener();
    };
    world.registry.onChange(tell);
    world.slack.onChange(tell);
    world.teams?.onChange(tell);
    world.kubernetes?.onChange(tell);
    bot.store.onWork(tell);
    world.connectBot(bot.publicAddress);
    if (world.teams !== undefined) await installOnTeams(world.teams, bot.internalAddress);
    return {
      world,
      bot,
      pageAddress: `${bot.publicAddress}/demo`,
      stop: async () => {
        await bot.stop();
        await world.close();
      },
    };
  } catch (error) {
    await world.close();
    throw error;
  }
}

async function writeConfig(world: World, port: number, overrides: Overrides | undefined) {
  const file = join(world.directory, "acr-chatops.yaml");
  await writeFile(file, configurationOf(world.addresses(port), overrides));
  const loaded = await loadConfig(file, world.environment);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems).join("\n"));
  return loaded.config;
}
