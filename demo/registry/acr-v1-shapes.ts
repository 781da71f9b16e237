import { imageSize, platformOf } from "./manifest-facts.ts";
import { isBlocked } from "./quarantine.ts";
import type { ManifestRecord, RepositoryRecord, TagRecord } from "./records.ts";
import { type Shelf, tagsOf } from "./shelf.ts";

/** A manifest as `/acr/v1/{name}/_manifests` shows it (acr-facts 4.2; key order of the recorded answers). */
export function manifestShape(shelf: Shelf, repository: RepositoryRecord, manifest: ManifestRecord) {
  const tags = tagsOf(repository, manifest.digest);
  const size = imageSize(manifest);
  const config = manifest.document.config;
  const children = manifest.document.manifests;
  const quarantineTag = manifest.pendingTags.at(-1);
  const { quarantineState, quarantineDetails } = manifest;
  return {
    digest: manifest.digest,
    ...(size === undefined ? {} : { imageSize: size }),
    createdTime: manifest.createdTime,
    lastUpdateTime: manifest.lastUpdateTime,
    ...platformOf(shelf, manifest),
    mediaType: manifest.mediaType,
    ...(config === undefined ? {} : { configMediaType: config.mediaType }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(children === undefined ? {} : { references: children.map(referenceShape) }),
    ...(quarantineTag === undefined ? {} : { quarantineTag }),
    changeableAttributes: {
      ...manifest.attributes,
      ...(quarantineState === undefined ? {} : { quarantineState }),
      ...(quarantineDetails === undefined ? {} : { quarantineDetails }),
    },
  };
}

function referenceShape(child: {
  readonly digest: string;
  readonly platform?: { readonly architecture: string; readonly os: string };
}) {
  return { digest: child.digest, architecture: child.platform?.architecture, os: child.platform?.os };
}

/** A tag as `/acr/v1/{name}/_tags` shows it. */
export function tagShape(tag: TagRecord) {
  return {
    name: tag.name,
    digest: tag.digest,
    createdTime: tag.createdTime,
    lastUpdateTime: tag.lastUpdateTime,
    changeableAttributes: tag.attributes,
  };
}

/** A repository as `/acr/v1/{name}` shows it. */
export function repositoryShape(registry: string, repository: RepositoryRecord) {
  const times = [...repository.manifests.values(), ...repository.tags.values()].map(
    (item) => item.lastUpdateTime,
  );
  return {
    registry,
    imageName: repository.name,
    createdTime: repository.createdTime,
    lastUpdateTime: times.sort().at(-1) ?? repository.createdTime,
    manifestCount: repository.manifests.size,
    tagCount: repository.tags.size,
    changeableAttributes: { deleteEnabled: true, writeEnabled: true, listEnabled: true, readEnabled: true },
  };
}

/** Whether a caller sees the manifest at all: a blocked one only with the quarantine reader role. */
export function isVisible(
  shelf: Shelf,
  manifest: ManifestRecord | undefined,
  isQuarantineReader: boolean,
): boolean {
  return manifest !== undefined && (isQuarantineReader || !isBlocked(shelf, manifest));
}
