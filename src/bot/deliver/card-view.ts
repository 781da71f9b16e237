import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import { portalOf } from "../../config/clouds.ts";
import type { Config } from "../../config/config.ts";
import { targetsOf } from "../../config/targets-of.ts";
import { type Artifact, type ArtifactKey, keyOfSubject } from "../../nouns/artifact.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import { cardsOf } from "../../nouns/operation.ts";
import { currentOf, type Placement } from "../../nouns/placement.ts";
import { environmentTagsOf } from "../../nouns/target.ts";
import { countApprovals } from "../../policy/approvals.ts";
import type { Store } from "../../store/store.ts";
import { holdsOf } from "./holds-on-card.ts";
import { previousByTarget } from "./previous-on-card.ts";

// A card that is no longer looked at loses its buttons, unless its image is live somewhere (design.md, promise 11).
const freezeAfterMs = 30 * 24 * 60 * 60_000;
const mostOperations = 50;
const mostTags = 500;

/** Reads everything that a card is derived from. Undefined: the artifact, or that incarnation of it, is not known. */
export async function readArtifactView(
  deps: { readonly store: Store; readonly config: Config; readonly now: number },
  subject: string,
  channel: ChannelId,
): Promise<ArtifactView | undefined> {
  const { store, config } = deps;
  const key = keyOfSubject(subject);
  const artifact = await store.findArtifact(key);
  const registry = config.registries[key.registry];
  if (artifact === undefined || registry === undefined) return undefined;
  const [tags, placements, operations, repositoryTags, locks] = await Promise.all([
    store.tagsOf(key),
    store.placementsOf(key.registry, key.repository),
    store.operationsOfRepository(key.registry, key.repository, mostOperations),
    store.tagsOfRepository(key.registry, key.repository, mostTags),
    store.listStanding("lock"),
  ]);
  const { announcedTag, replacedDigest } = artifact;
  const namedTag =
    announcedTag === undefined ? undefined : await store.findTag(key.registry, key.repository, announcedTag);
  const replaced =
    replacedDigest === undefined ? undefined : await store.findArtifact({ ...key, digest: replacedDigest });
  const targets = targetsOf(config, key);
  const shown = operations.filter((operation) =>
    cardsOf(operation).some(({ digest }) => digest === key.digest),
  );
  const portalUrl = portalUrlOf(registry.resourceId, config.azure.cloud);
  return {
    channel,
    artifact,
    tags,
    ...(namedTag === undefined ? {} : { namedTag }),
    ...(replaced === undefined ? {} : { replaced }),
    operations: shown,
    placements,
    tagsByDigest: groupTags(repositoryTags, config, key),
    targets,
    previous: await previousByTarget(placements, store),
    approvals: new Map(
      shown
        .filter(({ state }) => state === "awaiting-approval")
        .map((operation) => [operation.id, countApprovals(operation, config.people)]),
    ),
    holds: holdsOf(targets, locks, config, deps.now),
    mode: config.mode,
    loginServer: registry.loginServer,
    registryReadable: registry.credentials.read !== undefined,
    reviewable:
      registry.credentials.quarantine !== undefined &&
      registry.allow.release.length + registry.allow.reject.length > 0,
    ...(portalUrl === undefined ? {} : { portalUrl }),
    actable: isFresh(artifact, placements, deps.now),
  };
}

function groupTags(
  tags: readonly { readonly tag: string; readonly digest: string }[],
  config: Config,
  key: ArtifactKey,
): ReadonlyMap<string, readonly string[]> {
  const environment = new Set(targetsOf(config, key).flatMap(environmentTagsOf));
  const byDigest = new Map<string, string[]>();
  for (const { tag, digest } of tags) {
    if (environment.has(tag)) continue;
    byDigest.set(digest, [...(byDigest.get(digest) ?? []), tag]);
  }
  return byDigest;
}

function isFresh(artifact: Artifact, placements: readonly Placement[], now: number): boolean {
  const bornAt = artifact.pushedAt ?? artifact.quarantinedAt ?? artifact.firstSeenAt;
  return (
    now - bornAt < freezeAfterMs ||
    placements.some((placement) => currentOf(placement)?.digest === artifact.digest)
  );
}

function portalUrlOf(resourceId: string | undefined, cloud: Config["azure"]["cloud"]): string | undefined {
  return resourceId === undefined
    ? undefined
    : `${portalOf(cloud)}/#@/resource${encodeURI(resourceId)}/repository`;
}
