import type { Config } from "../config/config.ts";
import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ArtifactKey } from "../nouns/artifact.ts";
import { isLiteral, matchesPatterns } from "../nouns/pattern.ts";
import { currentOf, type PlacementKey } from "../nouns/placement.ts";
import type { Target } from "../nouns/target.ts";
import type { Store } from "../store/store.ts";
import { backoffMs } from "../work/backoff.ts";
import type { Clock } from "../work/clock.ts";
import { createLoop, type Loop } from "../work/loop.ts";
import type { FindTarget } from "./find-target.ts";
import { knownDigest } from "./observed-placement.ts";
import type { TargetPort } from "./target-port.ts";

// What a target runs is read so often; ARM allows 1,200 reads an hour and subscription at least (acr-facts 3.1).
const everyMs = 60_000;
const retry = { firstMs: everyMs, longestMs: 15 * 60_000 };
const mostPlacements = 500;
// A replica, or a rollout under way, may still show what was before our own change.
const lagMs = 60_000;

export interface WatchDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly findTarget: FindTarget;
  /** Makes an image known of which no event has told; false: the registry has none. */
  readonly discover: (image: ArtifactKey) => Promise<boolean>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** Reads what targets run, so that cards and decisions know what somebody else has changed there. */
export function createWatchLoop(deps: WatchDeps): Loop {
  const dueAt = new Map<string, number>();
  const failures = new Map<string, number>();
  return createLoop({
    name: "watch",
    clock: deps.clock,
    log: deps.log,
    step: async (signal) => {
      const now = deps.clock.now();
      let next = now + everyMs;
      for (const target of Object.values(deps.config().targets)) {
        // What a tag names is read together with the images that may carry it.
        if (target.type === "retag") continue;
        if ((dueAt.get(target.name) ?? 0) <= now)
          dueAt.set(target.name, deps.clock.now() + (await watch(target, deps, failures, signal)));
        next = Math.min(next, dueAt.get(target.name) ?? next);
      }
      return Math.max(next - deps.clock.now(), 1_000);
    },
  });
}

/** Observes one target; gives how long to wait before the next time, in ms. */
async function watch(
  target: Target,
  deps: WatchDeps,
  failures: Map<string, number>,
  signal: AbortSignal,
): Promise<number> {
  try {
    const port = await deps.findTarget(target.name);
    for (const key of port === undefined ? [] : await placementsOf(target, deps))
      if (port !== undefined) await observe(key, port, deps, signal);
    failures.delete(target.name);
    return everyMs;
  } catch (error) {
    if (signal.aborted) return everyMs;
    const attempts = failures.get(target.name) ?? 0;
    failures.set(target.name, attempts + 1);
    const retryAfterMs = error instanceof ChatopsError ? error.retryAfterMs : undefined;
    const pauseMs = backoffMs({ ...retry, attempts, retryAfterMs, random: deps.random() });
    deps.log.warn(
      { step: "watch", target: target.name, error: describeError(error), pauseMs },
      "what a target runs could not be read",
    );
    return pauseMs;
  }
}

/** The repositories that the configuration names in full, and those that were seen there. */
async function placementsOf(target: Target, { store }: WatchDeps): Promise<readonly PlacementKey[]> {
  const { name, registry, repositories } = target;
  const seen = await store.listPlacements(mostPlacements, name);
  const names = new Set([
    ...repositories.filter((pattern) => isLiteral(pattern)),
    ...seen.filter((placement) => placement.registry === registry).map(({ repository }) => repository),
  ]);
  return [...names]
    .filter((repository) => matchesPatterns(repositories, repository))
    .map((repository) => ({ target: name, registry, repository }));
}

async function observe(
  key: PlacementKey,
  port: TargetPort,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  const { store, config, clock } = deps;
  const { registries } = config();
  const loginServer = Object.hasOwn(registries, key.registry)
    ? registries[key.registry]?.loginServer
    : undefined;
  if (loginServer === undefined) return;
  const askedAt = clock.now();
  const observed = await port.observe(
    { registry: key.registry, repository: key.repository, loginServer },
    signal,
  );
  if (observed.kind !== "runs") return;
  await discoverUnknown(
    { registry: key.registry, repository: key.repository, digest: observed.digest },
    deps,
  );
  const digest = await knownDigest({ ...key, digest: observed.digest }, store);
  const current = currentOf(await store.findPlacement(key));
  if (current?.digest === digest) return;
  if (current?.operationId !== undefined && askedAt - current.at < lagMs) return;
  // While one of ours runs, what is seen there is its doing.
  const open = await store.operationsOfRepository(key.registry, key.repository, 20);
  if (
    open.some(({ state, target }) => target === key.target && (state === "running" || state === "cancelling"))
  )
    return;
  await store.recordPlacement(key, { digest, at: askedAt, how: "observed" });
}

/** What runs there may be older than the bot: once it is known, a roll back to it can be offered. */
async function discoverUnknown(image: ArtifactKey, { store, discover, log }: WatchDeps): Promise<void> {
  try {
    if ((await store.findArtifact(image)) === undefined) await discover(image);
  } catch (error) {
    // What runs is noted all the same; the next look asks again.
    log.warn(
      { step: "watch", ...image, error: describeError(error) },
      "the registry could not be asked about an image that runs",
    );
  }
}
