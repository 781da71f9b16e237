import type { ArtifactView } from "../../cards/facets/artifact-view.ts";
import { clouds } from "../../config/clouds.ts";
import type { Config } from "../../config/config.ts";
import { targetsOf } from "../../config/targets-of.ts";
import { type Artifact, type ArtifactKey, keyOfSubject } from "../../nouns/artifact.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import { cardsOf } from "../../nouns/operation.ts";
import { currentOf, type Placement } from "../../nouns/placement.ts";
import { environmentTagsOf } from "../../nouns/target.ts";
import { countApprovals } from "../../policy/approvals.ts";
import { present } from "../../present.ts";
import type { Store } from "../../store/store.ts";
import { holdsOf } from "./holds-on-card.ts";
import { previousByTarget } from "./previous-on-card.ts";

// A card that is no longer looked at loses its buttons, unless its image is live somewhere (design.md, promise 11).
const freezeAfterMs = 30 * 24 * 60 * 60_000;
const mostOperations = 50;
const mostTags = 500;

interface ViewDeps {
  readonly store: Store;
  readonly config: Config;
  readonly now: number;
}

/** Reads everything that a card is derived from. Undefined: the artifact, or that incarnation of it, is not known. */
export async function readArtifactView(
  deps: ViewDeps,
  subject: string,
  channel: ChannelId,
): Promise<ArtifactView | undefined> {
  const { store, config, now } = deps;
  const key = keyOfSubject(subject);
  const artifact = await store.findArtifact(key);
  const registry = config.registries[key.registry];
  if (artifact === undefined || registry === undefined) return undefined;
  const { loginServer, credentials, allow, resourceId } = registry;
  const { locks, ...read } = await readRows(artifact, deps);
  const targets = targetsOf(config, key);
  return present({
    ...read,
    channel,
    artifact,
    targets,
    holds: holdsOf(targets, locks, config, now),
    mode: config.mode,
    loginServer,
    registryReadable: credentials.read !== undefined,
    reviewable: credentials.quarantine !== undefined && allow.release.length + allow.reject.length > 0,
    portalUrl: resourceId === undefined ? undefined : portalUrlOf(resourceId, config),
    actable: isFresh(artifact, read.placements, now),
  });
}

async function readRows(artifact: Artifact, { store, config }: ViewDeps) {
  const { registry, repository, announcedTag, replacedDigest } = artifact;
  const [tags, placements, inRepository, repositoryTags, locks] = await Promise.all([
    store.tagsOf(artifact),
    store.placementsOf(registry, repository),
    store.operationsOfRepository(registry, repository, mostOperations),
    store.tagsOfRepository(registry, repository, mostTags),
    store.listStanding("lock"),
  ]);
  const operations = inRepository.filter((operation) =>
    cardsOf(operation).some(({ digest }) => digest === artifact.digest),
  );
  const awaiting = operations.filter(({ state }) => state === "awaiting-approval");
  return {
    tags,
    placements,
    operations,
    locks,
    namedTag:
      announcedTag === undefined ? undefined : await store.findTag(registry, repository, announcedTag),
    replaced:
      replacedDigest === undefined
        ? undefined
        : await store.findArtifact({ registry, repository, digest: replacedDigest }),
    tagsByDigest: groupTags(repositoryTags, config, artifact),
    previous: await previousByTarget(placements, config.targets, store),
    approvals: new Map(awaiting.map((one) => [one.id, countApprovals(one, config.people)])),
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

function portalUrlOf(resourceId: string, { azure }: Config): string {
  return `${clouds[azure.cloud].portal}/#@/resource${encodeURI(resourceId)}/repository`;
}
