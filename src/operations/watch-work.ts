import { wantLook } from "../artifacts/look-again.ts";
import type { Config } from "../config/config.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ArtifactKey } from "../nouns/artifact.ts";
import type { ListedWork } from "../nouns/due-work.ts";
import { isLiteral, matchesPatterns } from "../nouns/pattern.ts";
import { currentOf, type PlacementKey, placementKey, previousDigests } from "../nouns/placement.ts";
import { movedTagOf, type Target } from "../nouns/target.ts";
import { ownOf } from "../policy/question.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import type { DueWork } from "../work/kind-of-work.ts";
import type { FindTarget } from "./find-target.ts";
import { knownDigest } from "./observed-placement.ts";
import type { TargetPort } from "./target-port.ts";

// What a target runs is read so often; ARM allows 1,200 reads an hour and subscription at least (acr-facts 3.1).
const everyMs = 60_000;
const retry = { firstMs: everyMs, longestMs: 15 * 60_000 };
const perTarget = 2;
const atOnce = 16;
const deadlineMs = 45_000;
const leaseMs = 60_000;
const longestPauseMs = 75 * 60_000;
const mostPlacements = 500;
// How often the registry is asked whether what runs is as it was: at each turn, and less often where many run, for an
// index costs a read for each platform and ACR's smallest registries allow a thousand a minute.
const lookEveryMs = 50_000;
const perPlacementMs = 3_000;
// What it would go back to is asked about more seldom.
const mostPrevious = 2;
const previousFactor = 5;
// A replica, or a rollout under way, may still show what was before our own change.
const lagMs = 60_000;

export interface WatchDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly findTarget: FindTarget;
  /** Makes an image known of which no event has told; false: the registry has none. */
  readonly discover: (image: ArtifactKey) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Reads what each placement runs, so that cards and decisions know what somebody else has changed there, and has the
 * registry asked about it: what was deleted, or is back, without an event is seen within minutes.
 */
export function watchWork(deps: WatchDeps): DueWork<"watch"> {
  const watched = () => Object.values(deps.config().targets);
  let count = 0;
  return {
    kind: "watch",
    serves: () => ({ by: "name", names: watched().map(({ name }) => name) }),
    perLane: perTarget,
    atOnce,
    leaseMs,
    deadlineMs,
    longestPauseMs,
    retry: () => retry,
    isForGood: () => false,
    list: async () => {
      const placements = (await Promise.all(watched().map((target) => placementsOf(target, deps)))).flat();
      count = placements.length;
      return placements;
    },
    run: async (key, { signal }) => {
      const placement = placementOf(key);
      await lookAtImages(placement, Math.max(lookEveryMs, count * perPlacementMs), deps);
      const target = ownOf(deps.config().targets, placement.target);
      // What a tag names is read together with the images that may carry it.
      const isTag = target !== undefined && movedTagOf(target) !== undefined;
      const port = isTag ? undefined : await deps.findTarget(placement.target);
      if (port !== undefined) await observe(placement, port, deps, signal);
      return { kind: "again", afterMs: everyMs };
    },
    end: async () => ({ kind: "again", afterMs: retry.longestMs }),
  };
}

/** The repositories that the configuration names in full, and those that were seen there. */
async function placementsOf(target: Target, { store }: WatchDeps): Promise<readonly ListedWork[]> {
  const { name, registry, repositories } = target;
  const seen = await store.listPlacements(mostPlacements, name);
  const names = new Set([
    ...repositories.filter((pattern) => isLiteral(pattern)),
    ...seen.filter((placement) => placement.registry === registry).map(({ repository }) => repository),
  ]);
  return [...names]
    .filter((repository) => matchesPatterns(repositories, repository))
    .map((repository) => ({ key: placementKey({ target: name, registry, repository }), lane: name }));
}

/** Names of targets and registries hold no slash (config/schema/grammar.ts); those of repositories may. */
function placementOf(key: string): PlacementKey {
  const [target = "", registry = "", ...repository] = key.split("/");
  return { target, registry, repository: repository.join("/") };
}

async function observe(
  key: PlacementKey,
  port: TargetPort,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  const { store, config, clock } = deps;
  const { registry, repository } = key;
  const loginServer = ownOf(config().registries, registry)?.loginServer;
  if (loginServer === undefined) return;
  const askedAt = clock.now();
  const observed = await port.observe({ registry, repository, loginServer }, signal);
  if (observed.kind !== "runs") return;
  const image = { registry, repository, digest: observed.digest };
  await discoverUnknown(image, deps);
  const digest = await knownDigest(image, store);
  const current = currentOf(await store.findPlacement(key));
  if (current?.digest === digest) return;
  if (current?.operationId !== undefined && askedAt - current.at < lagMs) return;
  // While one of ours runs, what is seen there is its doing.
  const open = await store.operationsOfRepository(registry, repository, 20);
  if (
    open.some(({ state, target }) => target === key.target && (state === "running" || state === "cancelling"))
  )
    return;
  await store.recordPlacement(key, { digest, at: askedAt, how: "observed" });
}

/** Has the registry asked whether what runs there, and what that would go back to, is as it was. */
async function lookAtImages(key: PlacementKey, sinceMs: number, deps: WatchDeps): Promise<void> {
  const { registry, repository } = key;
  if (ownOf(deps.config().registries, registry)?.credentials.read === undefined) return;
  const placement = await deps.store.findPlacement(key);
  const current = currentOf(placement)?.digest;
  if (current !== undefined) await wantLook({ registry, repository, digest: current }, sinceMs, deps);
  for (const digest of previousDigests(placement).slice(0, mostPrevious))
    await wantLook({ registry, repository, digest }, sinceMs * previousFactor, deps);
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
