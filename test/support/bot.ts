import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configurationOf, type Overrides } from "../../demo/configuration.ts";
import { installOnTeams } from "../../demo/install-on-teams.ts";
import { createWorld, type World } from "../../demo/world.ts";
import { loadConfig } from "../../src/config/load.ts";
import { createRunningConfig } from "../../src/config/running/running-config.ts";
import { createLog } from "../../src/log.ts";
import { type Serving, serve } from "../../src/serve.ts";
import type { Clock } from "../../src/work/clock.ts";
import { useIdentity } from "./use-identity.ts";

/** The real bot, in this process, in a simulated world of its own. */
export interface TestBot {
  readonly world: World;
  readonly bot: Serving;
  /** Every log line written so far. */
  readonly log: readonly string[];
  /** Swaps the configuration of the running bot, as a change of its file does. */
  reconfigure(overrides: Overrides): Promise<void>;
  close(): Promise<void>;
}

/** Writes the bot's configuration for a world, and gives the file's path. */
export async function writeConfiguration(world: World, port = 0, overrides: Overrides = {}): Promise<string> {
  const file = join(world.directory, "acr-chatops.yaml");
  await writeFile(file, configurationOf(world.addresses(port), overrides));
  return file;
}

/**
 * Starts a bot in a world of its own; `close` ends both. A world with `teams` has both platforms, and the app is
 * installed there unless `install` is false. Rates are off unless a test is about them.
 */
export async function startBot(
  options: {
    readonly overrides?: Overrides | ((world: World) => Overrides);
    readonly world?: Parameters<typeof createWorld>[0];
    readonly clock?: Clock;
    readonly install?: boolean;
  } = {},
): Promise<TestBot> {
  const { slack, teams, ...rest } = options.world ?? {};
  const world = await createWorld({
    ...rest,
    slack: { rates: false, ...slack },
    ...(teams === undefined ? {} : { teams: { rates: false, ...teams } }),
  });
  let started: Serving | undefined;
  try {
    useIdentity(world.registry);
    const { overrides: given } = options;
    const overrides = typeof given === "function" ? given(world) : given;
    const load = async (wanted?: Overrides) => {
      const loaded = await loadConfig(await writeConfiguration(world, 0, wanted), world.environment);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
      return loaded.config;
    };
    const config = createRunningConfig(await load(overrides));
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const log = createLog({ level: "debug", destination, secrets: config.secrets });
    const bot = await serve({
      config,
      log,
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    });
    started = bot;
    world.connectBot(bot.publicAddress);
    if (world.teams !== undefined && options.install !== false)
      await installOnTeams(world.teams, bot.internalAddress);
    return {
      world,
      bot,
      log: lines,
      reconfigure: async (wanted) => {
        config.swap(await load(wanted));
      },
      close: async () => {
        await bot.stop();
        await world.close();
      },
    };
  } catch (error) {
    await started?.stop();
    await world.close();
    throw error;
  }
}

/** A card as people see it: its text and its buttons' action ids. */
export interface SeenCard {
  readonly ts: string;
  readonly text: string;
  readonly edits: number;
  readonly buttons: readonly string[];
}

/** The cards (not the replies) of a channel, oldest first. */
export function cardsIn(world: World, channel = "C0RELEASES"): readonly SeenCard[] {
  return world.slack
    .messages(channel)
    .filter((message) => message.thread_ts === undefined || message.thread_ts === message.ts)
    .map(({ ts, text, edits, blocks }) => ({ ts, text, edits, buttons: buttonsOf(blocks) }));
}

function buttonsOf(blocks: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(blocks) ? blocks : [];
  return list.flatMap((block) =>
    isObject(block) && block.type === "actions" && Array.isArray(block.elements)
      ? block.elements.map((element: unknown) => (isObject(element) ? String(element.action_id) : ""))
      : [],
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Waits until a card of the channel is as wanted, and gives it. */
export function waitForCard(
  world: World,
  wanted: (card: SeenCard) => boolean,
  channel = "C0RELEASES",
): Promise<SeenCard> {
  return world.slack.waitFor(() => cardsIn(world, channel).find(wanted));
}
