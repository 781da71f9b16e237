import { type FoldSettings, fold, keyOfEvent } from "../../src/artifacts/fold.ts";
import type { Artifact, TagState } from "../../src/nouns/artifact.ts";
import type { RegistryEvent, Sighting } from "../../src/nouns/registry-event.ts";
import type { Route } from "../../src/nouns/route.ts";
import type { ArtifactChange, KnownArtifact } from "../../src/store/store.ts";

export const digestA = `sha256:${"a".repeat(64)}`;
export const digestB = `sha256:${"b".repeat(64)}`;
/** When the stories of these tests begin. */
export const start = Date.UTC(2026, 10, 21, 9, 0, 0);

/** A route that takes everything to one channel, unless told otherwise. */
export function aRoute(overrides: Partial<Route> = {}): Route {
  return {
    name: "all",
    registries: [],
    repositories: [],
    tags: [],
    actions: [],
    untagged: false,
    to: ["slack:C0RELEASES"],
    ...overrides,
  };
}

export const settings: FoldSettings = {
  routes: [aRoute()],
  settleMs: 10_000,
  registryReadable: true,
  environmentTags: new Map([["staging", "staging"]]),
};

/** One arrival of a push of `digestA` as `1.4.2`, unless told otherwise; `after` is ms since the start. */
export function aSighting(
  event: Partial<RegistryEvent> & { readonly after?: number } = {},
  arrival: Partial<Omit<Sighting, "event">> = {},
): Sighting {
  const { after = 0, ...rest } = event;
  return {
    event: {
      registry: "contoso",
      id: "e1",
      action: "push",
      occurredAt: start + after,
      repository: "shop/checkout",
      digest: digestA,
      ...rest,
    },
    way: "webhook",
    region: "westeurope",
    receivedAt: start + after + 100,
    ...arrival,
  };
}

/** What a store would hold after folding these, one after the other: the smallest that `fold` can be given. */
export function foldAll(sightings: readonly Sighting[], how: FoldSettings = settings) {
  const artifacts = new Map<string, Artifact>();
  const tags = new Map<string, TagState>();
  const changes: ArtifactChange[] = [];
  for (const sighting of sightings) {
    const key = keyOfEvent(sighting.event);
    if (key === undefined) continue;
    const { tag } = sighting.event;
    const known: KnownArtifact = {
      artifact: artifacts.get(key.digest),
      tags: [...tags.values()].filter((one) => one.digest === key.digest),
      namedTag: tag === undefined ? undefined : tags.get(tag),
    };
    const change = fold(sighting, known, how, sighting.receivedAt);
    if (change === undefined) continue;
    changes.push(change);
    artifacts.set(key.digest, change.artifact);
    for (const removed of change.removedTags ?? []) tags.delete(removed);
    for (const moved of change.tags ?? []) tags.set(moved.tag, moved);
  }
  return { artifacts, tags, changes };
}
