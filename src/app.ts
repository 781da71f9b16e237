import type { FastifyInstance } from "fastify";
import { v7 as newId } from "uuid";
import { discoverArtifact } from "./artifacts/discover-artifact.ts";
import { createFoldLoop } from "./artifacts/fold-loop.ts";
import { lookAgain as lookAgainAt } from "./artifacts/look-again.ts";
import { verifyWork } from "./artifacts/verify-work.ts";
import { createCredentials } from "./azure/credentials.ts";
import { decideWork } from "./bot/converse/decide-work.ts";
import { createOrders } from "./bot/converse/orders.ts";
import { createPersonLimit } from "./bot/converse/person-limit.ts";
import type { ChannelPort } from "./bot/deliver/channel-port.ts";
import { deliverWork } from "./bot/deliver/deliver.ts";
import { createPrepare } from "./bot/deliver/prepare.ts";
import { createHaltLoop } from "./bot/deliver/tell-halt.ts";
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
import { runDueWork, type WorkLoop, wakeOnWork } from "./work/run-due-work.ts";

export interface App {
  /** Not listening yet. */
  readonly publicServer: FastifyInstance;
  readonly internalServer: FastifyInstance;
  /** Starts the loops. */
  start(): void;
  /** Answers what is in, closes the servers and ends the loops between two steps; the store stays open. */
  stop(): Promise<void>;
}

interface AppDeps {
  readonly config: RunningConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** The whole flow, in order. Nothing runs before `start`. */
export async function createApp(deps: AppDeps): Promise<App> {
  const base = createBase(deps);
  const { config, store } = base;
  // ① receive  ② record
  const { publicServer, keys } = await receive(base);
  // ③ fold and route; nothing is believed before the registry has confirmed it
  const fold = createFoldLoop(base);
  const verify = verifyWork({ ...base, registries: () => Object.keys(config().registries) });
  // ④ render  ⑤ deliver  ⑥ decide
  const { platforms, people, deliver, decide } = await converse(base, publicServer);
  // ⑦ operate
  const knowAfresh = (who: Principal) => people.learn(who, true);
  const operating = { ...base, stepsOf: createStepsOf(base), knowAfresh };
  // everything that is done later
  const work = [
    runDueWork(verify, base),
    runDueWork(deliver, base),
    runDueWork(decide, base),
    runDueWork(operateWork(operating), base),
    runDueWork(expireWork(operating), base),
    runDueWork(watchWork(base), base),
    runDueWork(peopleWork({ ...base, directories: directoriesOf(platforms) }), base),
    runDueWork(pruneWork(base), base),
    runDueWork(auditWork({ ...base, keepMs: () => config().auditKeepMs }), base),
  ];
  const halt = createHaltLoop(base);
  const loops: readonly Loop[] = [
    keys,
    fold,
    halt,
    ...work,
    ...platforms.flatMap((platform) => platform.loops),
  ];
  const wokenBy = work.map((loop) => [loop.kind, loop] as const);
  wakeOnWork(store, new Map<WokenBy, Loop>([["fold", fold], ...wokenBy]));
  deps.config.onChange(() => {
    for (const loop of loops) loop.wake();
    for (const loop of work) loop.reconfigured();
  });
  return runApp(
    publicServer,
    watch(base, [...platforms, { ...deps.config, name: "configuration" }], work),
    loops,
  );
}

/** What most parts need, and the ways to registries and targets. */
function createBase({ config: running, store, clock, log }: AppDeps) {
  const config = running.current;
  const { now } = clock;
  const credentials = createCredentials(() => config().credentials, config().azure);
  const accessTo = createRegistries({ config, credentials, log, now }).forRegistry;
  const readerOf = (name: string) => accessTo(name).reader;
  const takers = (key: ArtifactKey) => targetsOf(config(), key);
  const discover = (image: Parameters<typeof discoverArtifact>[0]) =>
    discoverArtifact(image, { store, clock, targetsOf: takers, reader: readerOf(image.registry) });
  const lookAgain = (image: Parameters<typeof lookAgainAt>[0]) =>
    lookAgainAt(image, { store, clock, log, targetsOf: takers, reader: readerOf(image.registry) });
  return {
    ...{ config, store, clock, now, log, newId, random: Math.random },
    ...{ accessTo, readerOf, targetsOf: takers, discover, lookAgain },
    routes: async () => config().routes,
    findTarget: createFindTarget({ config, accessTo, credentials, now }),
    isHalted: createKillSwitch(() => config().killSwitch),
  };
}

type Base = ReturnType<typeof createBase>;

async function receive(base: Base) {
  const keySets = () => keySetsOf(base.config());
  const signingKeys = createSigningKeys({ ...base, fetchKeySet: fetchJwks, keySets });
  await signingKeys.load();
  return {
    publicServer: createIngestServer({ ...base, signingKeys }),
    keys: createKeyLoop({ ...base, name: "signing keys", keys: signingKeys }),
  };
}

/** The chat systems: what goes out to them, and clicks, dialogs and commands, all through `orders`. */
async function converse(base: Base, publicServer: FastifyInstance) {
  const platforms = await openPlatforms(base);
  const channels = [...platforms.map(({ channel }) => channel), ...(await openNotifyOnly(base))];
  const ports = new Map<ChannelKind, ChannelPort>(channels.map((port) => [port.kind, port]));
  const isRouted = (channel: ChannelId) => channelsOf(base.config()).includes(channel);
  const registries = () => Object.keys(base.config().registries);
  const deliver = deliverWork({ ...base, ports, prepare: createPrepare(base), isRouted, registries });
  const people = createPeople({ ...base, directories: directoriesOf(platforms) });
  const orders = createOrders({ ...base, people });
  const limits = { pingLimit: createPersonLimit(), strangerLimit: createPersonLimit() };
  const conversation = { ...base, people, orders, planOf: createPlanOf(base), ...limits };
  for (const platform of platforms) await platform.converse(publicServer, conversation);
  const tell: ChatPlatform["tell"] = async (request, verdict) => {
    for (const platform of platforms) await platform.tell(request, verdict);
  };
  const names = platforms.map(({ name }) => name);
  return {
    platforms,
    people,
    deliver,
    decide: decideWork({ ...base, orders, platforms: () => names, tell }),
  };
}

function directoriesOf(platforms: readonly ChatPlatform[]) {
  return new Map(platforms.map(({ name, directory }) => [name, directory]));
}

/** The internal server, which says how everything is. */
function watch(
  { config, store, now, log }: Base,
  parts: readonly (Pick<ChatPlatform, "trouble"> & { readonly name: string })[],
  work: readonly WorkLoop[],
): FastifyInstance {
  return createInternalServer({
    audit: { store, tokens: () => config().server.tokens },
    checks: { store: () => store.checkWritable() },
    // While a chat system is away events are taken and cards wait: a balancer that stopped sending would lose events.
    watched: {
      ...Object.fromEntries(parts.map((one) => [one.name, () => ready(one)])),
      work: createParkedCheck(work, now),
    },
    now,
    log,
  });
}

function runApp(publicServer: FastifyInstance, internalServer: FastifyInstance, loops: readonly Loop[]): App {
  return {
    publicServer,
    internalServer,
    start: () => {
      for (const loop of loops) loop.start();
    },
    stop: async () => {
      // All at once: a client that is slow to send its body must not keep the loops beginning new steps.
      const servers = [publicServer, internalServer].map((server) => server.close());
      await Promise.all([...servers, ...loops.map((loop) => loop.stop())]);
    },
  };
}

async function ready({ trouble }: Pick<ChatPlatform, "trouble">): Promise<void> {
  const words = trouble();
  if (words !== undefined) throw new Error(words);
}
