import type { Overrides } from "../../demo/configuration.ts";
import { createWorld, type World } from "../../demo/world.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { writeConfiguration } from "./bot.ts";
import { type ChildProgram, startProgram } from "./child-program.ts";
import { createLogLines } from "./log-lines.ts";

/** One line of the bot's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The real bot as a process of its own, which serves. */
export interface ChildBot extends ChildProgram {
  readonly publicAddress: string;
  readonly internalAddress: string;
  /** Every log line so far, parsed. */
  log(): readonly LogLine[];
  waitForLog(wanted: (line: LogLine) => boolean): Promise<LogLine>;
}

/** How a bot is started. */
export interface StartOptions {
  /** Its clock is ahead by so much: what takes minutes for a running bot is over for this one. */
  readonly laterMs?: number;
  /** Variables beside those of its world. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A program to run it through, such as a tracer. */
  readonly through?: readonly string[];
}

/** A world in this process, for bots that come and go on one store and one port. */
export interface ChildBotHome extends AsyncDisposable {
  readonly world: World;
  /** The configuration's file; it is written anew by each `start`. */
  configure(): Promise<string>;
  /** Starts a bot, on the port of the one before. */
  start(options?: StartOptions): Promise<ChildBot>;
  /** Looks into the store while no bot has it. */
  look<T>(into: (store: Store) => Promise<T>): Promise<T>;
}

/** Makes a world without a bot; disposing it kills the bots that still run. Slack's rates are off. */
export async function createChildBotHome(
  options: {
    readonly overrides?: (world: World) => Overrides;
    readonly world?: Parameters<typeof createWorld>[0];
  } = {},
): Promise<ChildBotHome> {
  const { slack, ...rest } = options.world ?? {};
  const world = await createWorld({ ...rest, slack: { rates: false, ...slack } });
  const bots: ChildBot[] = [];
  const configure = (): Promise<string> => {
    const port = Number(new URL(bots[0]?.publicAddress ?? "http://127.0.0.1:0").port);
    return writeConfiguration(world, port, options.overrides?.(world));
  };
  return {
    world,
    configure,
    start: async (how = {}) => {
      const bot = await startChildBot(await configure(), world.environment, how);
      bots.push(bot);
      world.connectBot(bot.publicAddress);
      return bot;
    },
    look: async (into) => {
      const url = `sqlite:${world.addresses(0).storeFile}`;
      const store = await openStore({ url, ephemeral: true, now: Date.now, log: createLogLines().log });
      try {
        return await into(store);
      } finally {
        await store.close();
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const bot of bots) await bot[Symbol.asyncDispose]();
      await world.close();
    },
  };
}

/** Starts `serve --config FILE` and waits until it serves; throws with its output when it ends instead. */
export async function startChildBot(
  file: string,
  environment: Readonly<Record<string, string>>,
  { laterMs = 0, through = [], environment: more = {} }: StartOptions = {},
): Promise<ChildBot> {
  const serve = [...aheadBy(laterMs), "src/main.ts", "serve", "--config", file];
  return await untilItServes(startProgram(serve, { ...environment, ...more }, through));
}

/** Waits for the line that says where a starting bot is. */
export async function untilItServes(program: ChildProgram): Promise<ChildBot> {
  const waitForLog = async (wanted: (line: LogLine) => boolean) =>
    parse(await program.waitForLine((line) => wanted(parse(line))));
  try {
    const { publicAddress, internalAddress } = await waitForLog(({ msg }) => msg === "serving");
    return {
      ...program,
      publicAddress: String(publicAddress),
      internalAddress: String(internalAddress),
      log: () => program.lines().map(parse),
      waitForLog,
    };
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

/** Node's options for a process whose clock is ahead. */
function aheadBy(ms: number): readonly string[] {
  if (ms === 0) return [];
  return ["--import", `data:text/javascript,const now = Date.now; Date.now = () => now() + ${ms};`];
}

function parse(line: string): LogLine {
  const value: unknown = JSON.parse(line);
  return typeof value === "object" && value !== null ? { ...value } : {};
}
