import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configurationOf, type Overrides } from "../../demo/configuration.ts";
import type { TeamsWorldOptions } from "../../demo/teams/options.ts";
import { createTeamsWorld, type TeamsWorld } from "../../demo/teams/world.ts";
import { createWorld, type World } from "../../demo/world.ts";
import { createFoldLoop } from "../../src/artifacts/fold-loop.ts";
import { introduce } from "../../src/artifacts/introduce.ts";
import { createVerifyLoop } from "../../src/artifacts/verify-loop.ts";
import { createAsk } from "../../src/bot/ask.ts";
import { createPingLimit } from "../../src/bot/commands/ping-limit.ts";
import { createDelivery } from "../../src/bot/deliver.ts";
import { createDeliveryLoop } from "../../src/bot/delivery-loop.ts";
import { createPeople } from "../../src/bot/people.ts";
import { createPeopleLoop } from "../../src/bot/people-loop.ts";
import { createPrepare } from "../../src/bot/prepare.ts";
import { openTeams } from "../../src/bot/teams/open-teams.ts";
import { createUndecidedLoop } from "../../src/bot/undecided-loop.ts";
import { channelsOf } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { targetsOf } from "../../src/config/targets-of.ts";
import { createLog } from "../../src/log.ts";
import { createEffectSource } from "../../src/operations/effect-of.ts";
import { createOperationLoop } from "../../src/operations/operation-loop.ts";
import { createRegistries } from "../../src/registry/registries.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { createIngestServer } from "../../src/webhook/server.ts";
import { systemClock as clock } from "../../src/work/clock.ts";

export const tenantId = "72f988bf-0000-4000-8000-2d7cd011db47";
export const foreignTenant = "0f0f0f0f-0000-4000-8000-00000000beef";
export const releases = "19:releases@thread.tacv2";
export const oncall = "19:oncall@thread.v2";
export const maya = {
  id: "29:maya",
  name: "Maya Lindqvist",
  aadObjectId: "a11ce000-0000-4000-8000-0000000000a1",
};
export const priya = {
  id: "29:priya",
  name: "Priya Nair",
  aadObjectId: "a11ce000-0000-4000-8000-0000000000b2",
};
export const zoe = {
  id: "29:zoe",
  name: "Zoe Foreign",
  aadObjectId: "a11ce000-0000-4000-8000-0000000000c3",
  tenantId: foreignTenant,
};
const team = {
  id: "19:contoso-platform@thread.tacv2",
  name: "Contoso platform",
  aadGroupId: "7e0a51b4-2f3c-4a57-9f7d-5c1b0f6a9001",
  channels: [
    { id: "19:general@thread.tacv2", name: "General" },
    { id: releases, name: "releases" },
  ],
};

/** A bot on Teams alone, in this process, with a real store, in a simulated world. */
export interface TeamsBot {
  readonly teams: TeamsWorld;
  readonly world: World;
  readonly store: Store;
  readonly log: readonly string[];
  close(): Promise<void>;
}

const newId = (() => {
  let last = 0;
  return () => `id-${++last}`;
})();

/** Starts the world and the bot; its app is in the team and in the group chat unless `install` is false. */
export async function startTeamsBot(
  options: {
    readonly teams?: Partial<TeamsWorldOptions>;
    readonly overrides?: Overrides;
    /** Settings of `teams` in the configuration. */
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly install?: boolean;
  } = {},
): Promise<TeamsBot> {
  const world = await createWorld();
  const teams = await createTeamsWorld({
    people: [maya, priya, zoe],
    teams: [team],
    groups: [{ id: oncall, name: "On call" }],
    rates: false,
    ...options.teams,
  });
  Object.assign(process.env, world.environment);
  const config = await configOf(world, teams, options);
  const lines: string[] = [];
  const log = createLog({
    level: "debug",
    destination: { write: (line: string) => void lines.push(line) },
    secrets: () => [],
  });
  const store = await openStore({ ...config.store, now: clock.now, log });
  const get = () => config;
  const { random } = Math;
  const registries = createRegistries({ config, log, now: clock.now });
  const readerOf = (name: string) => registries.forRegistry(name).reader;
  const takers = (key: { registry: string; repository: string; digest: string }) => targetsOf(config, key);
  const { teams: settings } = config;
  if (settings === undefined) throw new Error("the configuration has no teams");
  const getToken = async () => ({ token: await teams.issueToken(), expiresAt: clock.now() + 3_600_000 });
  const opened = openTeams({
    teams: settings,
    config: get,
    store,
    getToken,
    logRefusal: () => undefined,
    clock,
    log,
  });
  const ports = new Map([["teams" as const, opened.channel]]);
  const isRouted = (channel: (typeof config.routes)[number]["to"][number]) =>
    channelsOf(config).includes(channel);
  const prepare = createPrepare({ store, config: get, clock });
  const deliver = createDelivery({ store, ports, prepare, isRouted, clock, random, log });
  const directories = new Map([["teams" as const, opened.directory]]);
  const people = createPeople({ store, config: get, directories, clock });
  const ask = createAsk({ store, config: get, people, clock, newId, log });
  const commands = {
    ...{
      store,
      config: get,
      ask,
      clock,
      log,
      pingLimit: createPingLimit(),
      accessTo: registries.forRegistry,
    },
    introduce: (image: Parameters<typeof introduce>[0]) =>
      introduce(image, { store, clock, targetsOf: takers, reader: readerOf(image.registry) }),
  };
  const signingKeys = { find: () => "unknown-yet" as const, load: async () => undefined };
  const server = createIngestServer({
    ...{ config: get, store, now: clock.now, log },
    signingKeys: { ...signingKeys, refresh: async () => undefined } as never,
  });
  await opened.converse(server, { store, config: get, people, ask, clock, newId, log, commands });
  const effectOf = createEffectSource({ config: get, store, accessTo: registries.forRegistry });
  const knowAfresh = (who: Parameters<typeof people.learn>[0]) => people.learn(who, true);
  const loops = [
    createFoldLoop({ store, config: get, clock, log }),
    createVerifyLoop({ store, readerOf, targetsOf: takers, clock, random, log }),
    createDeliveryLoop({ store, deliver, clock, log }),
    createUndecidedLoop({ store, ask, tell: opened.tell, clock, log }),
    createOperationLoop({
      ...{ store, config: get, effectOf, readerOf, knowAfresh, clock, random, newId, log },
    }),
    createPeopleLoop({ store, config: get, directory: opened.directory, clock, log }),
    ...opened.loops,
  ];
  store.onWork(() => {
    for (const loop of loops) loop.wake();
  });
  const address = await server.listen({ host: "127.0.0.1", port: 0 });
  for (const loop of loops) loop.start();
  teams.connectBot({ url: address, appId: settings.appId });
  world.connectBot(address);
  await untilConnected(opened.trouble);
  if (options.install !== false) {
    await teams.install({ scope: "team" });
    await teams.install({ scope: "group", conversation: oncall });
  }
  return {
    ...{ teams, world, store, log: lines },
    close: async () => {
      await server.close();
      await Promise.all(loops.map((loop) => loop.stop()));
      await store.close();
      await Promise.all([teams.close(), world.close()]);
    },
  };
}

async function configOf(
  world: World,
  teams: TeamsWorld,
  options: Parameters<typeof startTeamsBot>[0] & object,
) {
  const routes = [{ name: "releases", repositories: ["shop/**"], to: [`teams:${releases}`] }];
  const text = configurationOf(world.addresses(0), {
    slack: undefined,
    teams: {
      ...{ appId: teams.bot.appId, tenantId, auth: "managed-identity", groups: false },
      openIdMetadataUrl: teams.openIdMetadataUrl,
      ...options.settings,
    },
    roles: {
      deployer: { teams: [maya.aadObjectId] },
      "release-manager": { teams: [maya.aadObjectId] },
    },
    routes,
    ...options.overrides,
  });
  const file = join(world.directory, "acr-chatops.yaml");
  await writeFile(file, text);
  const loaded = await loadConfig(file, world.environment);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

/** The keys of the gate are read by a loop of their own; it has no event to wait for. */
async function untilConnected(trouble: () => string | undefined): Promise<void> {
  while (trouble() !== undefined) await new Promise((resolve) => setImmediate(resolve));
}
