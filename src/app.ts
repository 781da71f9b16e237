import type { FastifyInstance } from "fastify";
import { v7 as newId } from "uuid";
import { discoverArtifact } from "./artifacts/discover-artifact.ts";
import { createFoldLoop } from "./artifacts/fold-loop.ts";
import { createVerifyLoop } from "./artifacts/verify-loop.ts";
import { createCredentials } from "./azure/credentials.ts";
import { createPingLimit } from "./bot/commands/ping-limit.ts";
import { createOrders } from "./bot/converse/orders.ts";
import { createUndecidedLoop } from "./bot/converse/undecided-loop.ts";
import type { ChannelPort } from "./bot/deliver/channel-port.ts";
import { createDelivery } from "./bot/deliver/deliver.ts";
import { createDeliveryLoop } from "./bot/deliver/delivery-loop.ts";
import { createPrepare } from "./bot/deliver/prepare.ts";
import { createPeople } from "./bot/people.ts";
import { createPeopleLoop } from "./bot/people-loop.ts";
import type { ChatPlatform } from "./bot/platform.ts";
import { channelsOf } from "./config/config.ts";
import type { RunningConfig } from "./config/running/running-config.ts";
import { targetsOf } from "./config/targets-of.ts";
import type { Log } from "./log.ts";
import type { ArtifactKey } from "./nouns/artifact.ts";
import type { ChannelId, ChannelKind } from "./nouns/channel.ts";
import { openNotifyOnly, openPlatforms } from "./open-platforms.ts";
import { createFindTarget } from "./operations/find-target.ts";
import { createOperationLoop } from "./operations/operation-loop.ts";
import { createPlanOf } from "./operations/plan-of.ts";
import { createWatchLoop } from "./operations/watch-loop.ts";
import { createWorkSource } from "./operations/work-of.ts";
import { createRegistries } from "./registry/registries.ts";
import type { Store } from "./store/store.ts";
import { keySetsOf } from "./webhook/entra-key-set.ts";
import { fetchJwks } from "./webhook/fetch-jwks.ts";
import { createInternalServer } from "./webhook/internal/internal-server.ts";
import { createKeyLoop } from "./webhook/key-loop.ts";
import { createIngestServer } from "./webhook/server.ts";
import { createSigningKeys } from "./webhook/signing-keys.ts";
import { createAuditLoop } from "./work/audit-loop.ts";
import type { Clock } from "./work/clock.ts";
import { createKillSwitch } from "./work/kill-switch.ts";
import type { Loop } from "./work/loop.ts";
import { createPruneLoop } from "./work/prune-loop.ts";

export interface App {
  /** Not listening yet. */
  readonly publicServer: FastifyInstance;
  readonly internalServer: FastifyInstance;
  /** Starts the loops. */
  start(): void;
  /** Answers what is in, ends the loops between two steps, closes the servers; the store stays open. */
  stop(): Promise<void>;
}

/** The whole flow, in order. Nothing runs before `start`. */
export async function createApp(deps: {
  readonly config: RunningConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<App> {
  const { store, clock, log } = deps;
  const config = deps.config.current;
  const random = Math.random;
  const credentials = createCredentials(() => config().credentials, config().azure);
  const registries = createRegistries({ config, credentials, log, now: clock.now });
  const accessTo = registries.forRegistry;
  const findTarget = createFindTarget({ config, accessTo, credentials, now: clock.now });
  const isHalted = createKillSwitch(() => config().killSwitch);
  const readerOf = (name: string) => registries.forRegistry(name).reader;

  const takers = (key: ArtifactKey) => targetsOf(config(), key);

  // ① receive  ② record
  const keySets = () => keySetsOf(config());
  const signingKeys = createSigningKeys({ store, fetchJwks, keySets, now: clock.now, log });
  await signingKeys.load();
  const publicServer = createIngestServer({ config, store, signingKeys, now: clock.now, log });
  const keys = createKeyLoop({ signingKeys, needed: () => keySets().length > 0, clock, log });

  // ③ fold and route; nothing is believed before the registry has confirmed it
  const fold = createFoldLoop({ store, config, clock, log });
  const verify = createVerifyLoop({ store, readerOf, targetsOf: takers, clock, random, log });

  // ④ render  ⑤ deliver
  const platforms = await openPlatforms({ ...deps, config });
  const channels = [...platforms.map(({ channel }) => channel), ...(await openNotifyOnly({ config }))];
  const ports = new Map<ChannelKind, ChannelPort>(channels.map((port) => [port.kind, port]));
  const isRouted = (channel: ChannelId) => channelsOf(config()).includes(channel);
  const prepare = createPrepare({ store, config, clock });
  const deliver = createDelivery({ store, ports, prepare, isRouted, clock, random, log });
  const delivery = createDeliveryLoop({ store, deliver, clock, log });

  // ⑥ decide: clicks, dialogs and commands, all through `orders`
  const directories = new Map(platforms.map(({ name, directory }) => [name, directory]));
  const people = createPeople({ store, config, directories, clock });
  const orders = createOrders({ store, config, people, isHalted, clock, newId, log });
  const discover = (image: Parameters<typeof discoverArtifact>[0]) =>
    discoverArtifact(image, { store, clock, targetsOf: takers, reader: readerOf(image.registry) });
  const commands = {
    store,
    config,
    orders,
    clock,
    log,
    accessTo,
    planOf: createPlanOf({ config, findTarget }),
    pingLimit: createPingLimit(),
    discover,
  };
  const conversation = { store, config, people, orders, clock, newId, log, commands };
  for (const platform of platforms) await platform.converse(publicServer, conversation);
  const tell: ChatPlatform["tell"] = async (request, verdict) => {
    for (const platform of platforms) await platform.tell(request, verdict);
  };
  const undecided = createUndecidedLoop({ store, orders, tell, clock, log });

  // ⑦ operate
  const operate = createOperationLoop({
    store,
    config,
    workOf: createWorkSource({ config, store, accessTo, findTarget }),
    isHalted,
    readerOf,
    knowAfresh: (who) => people.learn(who, true),
    clock,
    random,
    newId,
    log,
  });

  const watch = createWatchLoop({
    store,
    config,
    findTarget,
    discover,
    clock,
    random,
    log,
  });

  const audit = createAuditLoop({ store, keepMs: () => config().auditKeepMs, clock, log });
  const prune = createPruneLoop({ store, clock, log });
  const internalServer = createInternalServer({
    audit: { store, tokens: () => config().server.tokens },
    checks: { store: () => store.checkWritable() },
    // While a chat system is away events are taken and cards wait: a balancer that stopped sending would lose events.
    watched: Object.fromEntries(
      [...platforms, { ...deps.config, name: "configuration" }].map((one) => [one.name, () => ready(one)]),
    ),
    now: clock.now,
    log,
  });
  const loops: readonly Loop[] = [
    keys,
    fold,
    verify,
    delivery,
    undecided,
    operate,
    watch,
    prune,
    audit,
    ...platforms.flatMap((platform) => platform.loops),
    ...[...directories.values()].map((directory) =>
      createPeopleLoop({ store, config, directory, clock, log }),
    ),
  ];
  const busy = [fold, verify, delivery, undecided, operate];
  store.onWork(() => {
    for (const loop of busy) loop.wake();
  });
  deps.config.onChange(() => {
    for (const loop of loops) loop.wake();
  });
  return {
    publicServer,
    internalServer,
    start: () => {
      for (const loop of loops) loop.start();
    },
    stop: async () => {
      await Promise.all([publicServer.close(), internalServer.close()]);
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

async function ready({ trouble }: Pick<ChatPlatform, "trouble">): Promise<void> {
  const words = trouble();
  if (words !== undefined) throw new Error(words);
}
