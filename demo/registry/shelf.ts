import type { BlobStore } from "./blob-store.ts";
import type { ManifestRecord, RepositoryRecord, TagRecord } from "./records.ts";
import { unlocked } from "./records.ts";
import { disallowed, nameUnknown } from "./registry-error.ts";
import type { RegistryFact } from "./registry-fact.ts";

// Ours: a demo that somebody floods stops growing here.
const maxRepositories = 1_000;
const maxManifestsEach = 10_000;

/** Everything the registry stores, with the two ways in which others hear of a change. */
export type Shelf = {
  readonly repositories: Map<string, RepositoryRecord>;
  readonly policy: { quarantine: boolean };
  readonly blobs: BlobStore;
  /** The time now, as ACR writes it, later than every time before. */
  readonly stamp: () => string;
  /** Tells the webhooks. */
  readonly emit: (fact: RegistryFact) => void;
  /** Tells who watches the state. */
  readonly changed: () => void;
};

/** The repository, or 404 NAME_UNKNOWN. */
export function getRepository(shelf: Shelf, name: string): RepositoryRecord {
  const repository = shelf.repositories.get(name);
  if (repository !== undefined) return repository;
  throw nameUnknown(name);
}

/** The repository, made at the first push into it as ACR does. */
export function openRepository(shelf: Shelf, name: string): RepositoryRecord {
  const known = shelf.repositories.get(name);
  if (known !== undefined) return known;
  if (shelf.repositories.size >= maxRepositories) throw disallowed();
  const repository: RepositoryRecord = {
    name,
    createdTime: shelf.stamp(),
    manifests: new Map(),
    tags: new Map(),
    blobs: new Set(),
  };
  shelf.repositories.set(name, repository);
  return repository;
}

/** Stores bytes and links them to a repository; gives their digest. */
export function addBlob(shelf: Shelf, repository: string, bytes: Buffer): string {
  const digest = shelf.blobs.put(bytes);
  openRepository(shelf, repository).blobs.add(digest);
  return digest;
}

/** Keeps a manifest, new or changed; a repository that is full refuses new ones with 405. */
export function keepManifest(repository: RepositoryRecord, manifest: ManifestRecord): void {
  const isNew = !repository.manifests.has(manifest.digest);
  if (isNew && repository.manifests.size >= maxManifestsEach) throw disallowed();
  repository.manifests.set(manifest.digest, manifest);
}

/** Points a tag to a digest; it is no longer pending anywhere. */
export function attachTag(shelf: Shelf, repository: RepositoryRecord, name: string, digest: string): void {
  const known = repository.tags.get(name);
  const time = shelf.stamp();
  const tag: TagRecord = {
    name,
    digest,
    createdTime: known?.createdTime ?? time,
    lastUpdateTime: time,
    attributes: known?.attributes ?? unlocked,
  };
  repository.tags.set(name, tag);
  dropPendingTag(repository, name);
}

/** Takes a tag away from whatever manifest waits to get it. */
export function dropPendingTag(repository: RepositoryRecord, name: string): void {
  for (const manifest of repository.manifests.values()) {
    if (!manifest.pendingTags.includes(name)) continue;
    const pendingTags = manifest.pendingTags.filter((tag) => tag !== name);
    repository.manifests.set(manifest.digest, { ...manifest, pendingTags });
  }
}

/** The tags of one digest, sorted. */
export function tagsOf(repository: RepositoryRecord, digest: string): readonly string[] {
  const names: string[] = [];
  for (const tag of repository.tags.values()) if (tag.digest === digest) names.push(tag.name);
  return names.sort();
}
