import type { Shelf } from "./shelf.ts";

/** The `registry` part of the demo's state. */
export type RegistrySnapshot = {
  readonly repositories: Readonly<Record<string, RepositorySnapshot>>;
};

type RepositorySnapshot = {
  readonly tags: Readonly<Record<string, string>>;
  readonly manifests: Readonly<Record<string, ManifestSnapshot>>;
};

type ManifestSnapshot = {
  readonly mediaType: string;
  readonly quarantineState?: string;
  readonly quarantineDetails?: string;
};

/** What the registry holds now, as plain data. */
export function takeSnapshot(shelf: Shelf): RegistrySnapshot {
  const repositories: Record<string, RepositorySnapshot> = {};
  for (const repository of shelf.repositories.values()) {
    const manifests: Record<string, ManifestSnapshot> = {};
    for (const { digest, mediaType, quarantineState, quarantineDetails } of repository.manifests.values()) {
      manifests[digest] = {
        mediaType,
        ...(quarantineState === undefined ? {} : { quarantineState }),
        ...(quarantineDetails === undefined ? {} : { quarantineDetails }),
      };
    }
    const tags = Object.fromEntries([...repository.tags.values()].map((tag) => [tag.name, tag.digest]));
    repositories[repository.name] = { tags, manifests };
  }
  return { repositories };
}
