import { checkDigest } from "./names.ts";
import type { RequestFacts } from "./records.ts";
import { disallowed, manifestUnknown, RegistryError } from "./registry-error.ts";
import { getRepository, type Shelf, tagsOf } from "./shelf.ts";

/**
 * Deletes a manifest and all its tags, and tells one `delete` (acr-facts 1.4). A lock on the manifest or on any of its
 * tags refuses it with 405: `writeEnabled: false` blocks deletes too (acr-facts 4.5).
 */
export function deleteManifest(shelf: Shelf, name: string, digest: string, request: RequestFacts): void {
  const repository = getRepository(shelf, name);
  const manifest = repository.manifests.get(checkDigest(digest));
  if (manifest === undefined) throw manifestUnknown(digest);
  const tags = tagsOf(repository, digest);
  const locks = [manifest.attributes, ...tags.map((tag) => repository.tags.get(tag)?.attributes)];
  if (locks.some((lock) => lock?.deleteEnabled === false || lock?.writeEnabled === false)) throw disallowed();
  for (const tag of tags) repository.tags.delete(tag);
  repository.manifests.delete(digest);
  shelf.emit({ action: "delete", repository: name, digest, mediaType: manifest.mediaType, request });
  shelf.changed();
}

/** Removes a tag and leaves its manifest; no webhook is told (acr-facts 1.4). A tag that only waits cannot be removed. */
export function untag(shelf: Shelf, name: string, tag: string): void {
  const repository = getRepository(shelf, name);
  const record = repository.tags.get(tag);
  if (record === undefined) {
    throw new RegistryError(404, "TAG_UNKNOWN", "the specified tag does not exist", {
      detail: { name: tag },
    });
  }
  if (!record.attributes.deleteEnabled || !record.attributes.writeEnabled) throw disallowed();
  repository.tags.delete(tag);
  shelf.changed();
}
