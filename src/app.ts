import type { FastifyInstance } from "fastify";
import { v7 as newId } from "uuid";
import { discoverArtifact } from "./artifacts/discover-artifact.ts";
import { createFoldLoop } from "./artifacts/fold-loop.ts";
import { verifyWork } from "./artifacts/verify-work.ts";
import { createCredentials } from "./azure/credentials.ts";
import { createPingLimit } from "./bot/commands/ping-limit.ts";
import { decideWork } from "./bot/converse/decide-work.ts";
import { createOrders } from "./bot/converse/orders.ts";
import type { ChannelPort } from "./bot/deliver/channel-port.ts";
import { deliverWork } from "./bot/deliver/deliver.ts";
import { createPrepare } from "./bot/deliver/prepare.ts";
import { createPeople } from "./bot/people.ts";
import { peopleWork } from "./bot/people-work.ts";
import type { ChatPlatform } from "./bot/platform.ts";
import { channelsOf } from "./config/config.ts";
import type { RunningConfig } from "./config/running/running-config.ts";
import { targetsOf } from "./config/targets-of.ts";
import type { Log } from "./log.ts";
import type { ArtifactKey } from "./nouns/artifact.ts";
import type { ChannelId, ChannelKind } from "./nouns/channel.ts";
import type { WokenBy } from "./nouns/due-work.ts";
import type { Principal } from "./nouns/principal.ts";
import { openNotifyOnly, openPlatforms } from "./open-platforms.ts";
import { expireWork } from "./operations/expire-work.ts";
import { createFindTarget } from "./operations/find-target.ts";
import { operateWork } from "./operations/operate-work.ts";
import { createPlanOf } from "./operations/plan-of.ts";
import { createStepsOf } from "./operations/steps-of.ts";
import { watchWork } from "./operations/watch-work.ts";
import { createKeyLoop, createSigningKeys } from "./outgoing/signing-keys.ts";
import { createRegistries } from "./registry/registries.ts";
import type { Store } from "./store/store.ts";
import { fetchJwks, keySetsOf } from "./webhook/callers/entra-key-set.ts";
import { createInternalServer } from "./webhook/internal/internal-server.ts";
import { createIngestServer } from "./webhook/server.ts";
import { auditWork } from "./work/audit-work.ts";
import type { Clock } from "./work/clock.ts";
import { createKillSwitch } from "./work/kill-switch.ts";
import type { Loop } from "./work/loop.ts";
import { createParkedCheck } from "./work/parked-work.ts";
import { pruneWork } from "./work/prune-work.ts";
import { runDueWork, wakeOnWork } from "./work/run-due-work.ts";

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
  const due = { store, clock, random: Math.random, log };
  const credentials = createCredentials(() => config().credentials, config().azure);
  const registries = createRegistries({ config, credentials, log, now: clock.now });
  const accessTo = registries.forRegistry;
  const findTarget = createFindTarget({ config, accessTo, credentials, now: clock.now });
  const isHalted = createKillSwitch(() => config().killSwitch);
  const readerOf = (name: string) => registries.forRegistry(name).reader;

  const takers = (key: ArtifactKey) => targetsOf(config(), key);

  // ① receive  ② record
  const keySets = () => keySetsOf(config());
  const signingKeys = createSigningKeys({
    store,
    fetchKeySet: fetchJwks,
    keySets,
    now: clock.now,
    log,
  });
  await signingKeys.load();
  const publicServer = createIngestServer({ config, store, signingKeys, now: clock.now, log });
  const keys = createKeyLoop({ name: "signing keys", keys: signingKeys, clock, log });

  // ③ fold and route; nothing is believed before the registry has confirmed it
  const routes = async () => config().routes;
  const fold = createFoldLoop({ store, config, routes, clock, log });
  const verify = verifyWork({
    store,
    readerOf,
    registries: () => Object.keys(config().registries),
    targetsOf: takers,
    clock,
    log,
  });

  // ④ render  ⑤ deliver
  const platforms = await openPlatforms({ ...deps, config });
  const channels = [...platforms.map(({ channel }) => channel), ...(await openNotifyOnly({ config, clock }))];
  const ports = new Map<ChannelKind, ChannelPort>(channels.map((port) => [port.kind, port]));
  const isRouted = (channel: ChannelId) => channelsOf(config()).includes(channel);
  const prepare = createPrepare({ store, config, clock });
  const deliver = deliverWork({ store, ports, prepare, isRouted, clock, log });

  // ⑥ decide: clicks, dialogs and commands, all through `orders`
  const directories = new Map(platforms.map(({ name, directory }) => [name, directory]));
  const people = createPeople({ store, config, directories, clock });
  const orders = createOrders({ store, config, routes, people, isHalted, clock, newId, log });
  const discover = (image: Parameters<typeof discoverArtifact>[0]) =>
    discoverArtifact(image, { store, clock, targetsOf: takers, reader: readerOf(image.registry) });
  const conversation = {
    store,
    config,
    people,
    orders,
    accessTo,
    discover,
    planOf: createPlanOf({ config, findTarget }),
    pingLimit: createPingLimit(),
    clock,
    newId,
    log,
  };
  for (const platform of platforms) await platform.converse(publicServer, conversation);
  const tell: ChatPlatform["tell"] = async (request, verdict) => {
    for (const platform of platforms) await platform.tell(request, verdict);
  };
  const names = platforms.map(({ name }) => name);
  const decide = decideWork({ store, orders, platforms: () => names, tell, clock, log });

  // ⑦ operate
  const operating = {
    store,
    config,
    stepsOf: createStepsOf({ config, store, accessTo, findTarget }),
    isHalted,
    readerOf,
    knowAfresh: (who: Principal) => people.learn(who, true),
    clock,
    newId,
    log,
  };

  // everything that is done later
  const work = [
    runDueWork(verify, due),
    runDueWork(deliver, due),
    runDueWork(decide, due),
    runDueWork(operateWork(operating), due),
    runDueWork(expireWork(operating), due),
    runDueWork(watchWork({ store, config, findTarget, discover, clock, log }), due),
    runDueWork(peopleWork({ store, config, directories, clock }), due),
    runDueWork(pruneWork({ store, clock }), due),
    runDueWork(auditWork({ store, keepMs: () => config().auditKeepMs, clock, log }), due),
  ];
  const internalServer = createInternalServer({
    audit: { store, tokens: () => config().server.tokens },
    checks: { store: () => store.checkWritable() },
    // While a chat system is away events are taken and cards wait: a balancer that stopped sending would lose events.
    watched: {
      ...Object.fromEntries(
        [...platforms, { ...deps.config, name: "configuration" }].map((one) => [one.name, () => ready(one)]),
      ),
      work: createParkedCheck(work, clock.now),
    },
    now: clock.now,
    log,
  });
  const loops: readonly Loop[] = [keys, fold, ...work, ...platforms.flatMap((platform) => platform.loops)];
  wakeOnWork(
    store,
    new Map<WokenBy, Loop>([["fold", fold], ...work.map((loop) => [loop.kind, loop] as const)]),
  );
  deps.config.onChange(() => {
    for (const loop of loops) loop.wake();
    for (const loop of work) loop.reconfigured();
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
