import type { ArtifactKey } from "../nouns/artifact.ts";
import { currentOf, type PlacementChange, type PlacementKey } from "../nouns/placement.ts";
import { movedTagOf, type Target } from "../nouns/target.ts";
import type { RegistryReader } from "../registry/registry-port.ts";
import type { ArtifactChange, KnownArtifact, Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { confirmTag } from "./move-tag.ts";

// A replica may still answer with the tag of before our own write (geo-replication): it is asked again after this.
const replicaLagMs = 60_000;

/**
 * Reads from the registry what the targets of a repository run, and writes it down. Events are not believed here:
 * one forged push of an environment tag would otherwise show, and roll back to, an image that never ran. Gives when
 * to ask again, in ms since the epoch, if a replica may have answered with the state of before.
 */
export async function observeEnvironment(
  key: Pick<ArtifactKey, "registry" | "repository">,
  targets: readonly Target[],
  deps: { readonly store: Store; readonly reader: RegistryReader; readonly clock: Clock },
  signal: AbortSignal,
): Promise<number | undefined> {
  let askAgainAt: number | undefined;
  for (const target of targets) {
    // What other systems run is read by the watch loop.
    const tag = movedTagOf(target);
    if (tag === undefined) continue;
    const askedAt = deps.clock.now();
    const digest = await deps.reader.findTagDigest(key.repository, tag, { signal });
    if (digest === undefined) continue;
    const placement: PlacementKey = {
      target: target.name,
      registry: key.registry,
      repository: key.repository,
    };
    const current = currentOf(await deps.store.findPlacement(placement));
    if (current?.digest === digest) continue;
    if (current?.operationId !== undefined && askedAt - current.at < replicaLagMs) {
      askAgainAt = current.at + replicaLagMs;
      continue;
    }
    await writeObserved(placement, tag, { digest, at: askedAt, how: "observed" }, deps.store);
  }
  return askAgainAt;
}

async function writeObserved(
  placement: PlacementKey,
  tag: string,
  change: PlacementChange,
  store: Store,
): Promise<void> {
  await noteTag({ ...placement, digest: change.digest }, tag, change.at, store);
  await store.recordPlacement(placement, change);
}

/** Writes down where the registry has a tag; an artifact that nobody has told of is not made known by this. */
export async function noteTag(key: ArtifactKey, tag: string, at: number, store: Store): Promise<void> {
  await store.changeArtifact(key, tag, (known) => movedTo(known, tag, key.digest, at));
}

function movedTo(
  { artifact, namedTag }: KnownArtifact,
  tag: string,
  digest: string,
  at: number,
): ArtifactChange | undefined {
  const moved = confirmTag(namedTag, tag, digest, at);
  if (artifact === undefined || moved === undefined) return undefined;
  return {
    artifact,
    tags: [moved],
    touchAt: at,
    alsoTouch: moved.previousDigest === undefined ? [] : [moved.previousDigest],
  };
}
