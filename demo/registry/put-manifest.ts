import { digestOf } from "./blob-store.ts";
import { maxManifestBytes, readManifest } from "./manifest-document.ts";
import { manifestSize } from "./manifest-facts.ts";
import { checkTag, isDigest } from "./names.ts";
import { isBlocked, waiting } from "./quarantine.ts";
import type {
  Descriptor,
  ManifestDocument,
  ManifestRecord,
  RepositoryRecord,
  RequestFacts,
} from "./records.ts";
import { unlocked } from "./records.ts";
import { disallowed, RegistryError } from "./registry-error.ts";
import { attachTag, dropPendingTag, keepManifest, openRepository, type Shelf } from "./shelf.ts";

/** One PUT of a manifest by tag or by digest. */
export type ManifestPut = {
  readonly repository: string;
  readonly reference: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly request: RequestFacts;
};

/**
 * Stores a manifest and tags it. Refuses bytes that are not of the named digest, content that was not uploaded before
 * (404 MANIFEST_BLOB_UNKNOWN) and locked tags (405). Every PUT tells `quarantine`; `push` only when nothing holds the
 * image back (acr-facts 1.4).
 */
export function putManifest(shelf: Shelf, put: ManifestPut): ManifestRecord {
  if (put.bytes.length > maxManifestBytes) throw new RegistryError(413, "SIZE_INVALID", "manifest too large");
  const document = readManifest(put.bytes, put.mediaType);
  const digest = digestOf(put.bytes);
  const tag = tagOf(put.reference, digest);
  const repository = openRepository(shelf, put.repository);
  checkContent(shelf, repository, document);
  const known = repository.manifests.get(digest);
  if (tag !== undefined && repository.tags.get(tag)?.attributes.writeEnabled === false) throw disallowed();
  if (known?.attributes.writeEnabled === false) throw disallowed();
  const time = shelf.stamp();
  const manifest: ManifestRecord = {
    ...(known ?? { attributes: unlocked, createdTime: time, pendingTags: [] }),
    digest,
    mediaType: put.mediaType,
    bytes: put.bytes,
    document,
    lastUpdateTime: time,
    pushedBy: put.request,
  };
  place(shelf, repository, manifest, tag);
  tell(shelf, put, manifest, tag);
  shelf.changed();
  return manifest;
}

function tagOf(reference: string, digest: string): string | undefined {
  if (reference === digest) return undefined;
  if (!reference.includes(":")) return checkTag(reference);
  const reason = isDigest(reference)
    ? "provided digest did not match uploaded content"
    : "not a sha256 digest";
  throw new RegistryError(400, "DIGEST_INVALID", reason);
}

function place(
  shelf: Shelf,
  repository: RepositoryRecord,
  manifest: ManifestRecord,
  tag: string | undefined,
): void {
  if (!isBlocked(shelf, manifest)) {
    keepManifest(repository, manifest);
    if (tag !== undefined) attachTag(shelf, repository, tag, manifest.digest);
    return;
  }
  // Another digest that waited for the same tag loses it: the last push wins.
  keepManifest(repository, { ...manifest, quarantineState: manifest.quarantineState ?? waiting });
  if (tag === undefined) return;
  dropPendingTag(repository, tag);
  const kept = repository.manifests.get(manifest.digest) ?? manifest;
  keepManifest(repository, { ...kept, pendingTags: [...kept.pendingTags, tag] });
}

function tell(shelf: Shelf, put: ManifestPut, manifest: ManifestRecord, tag: string | undefined): void {
  const fact = {
    repository: put.repository,
    digest: manifest.digest,
    mediaType: manifest.mediaType,
    size: manifestSize(manifest),
    ...(tag === undefined ? {} : { tag }),
    request: put.request,
  };
  shelf.emit({ action: "quarantine", ...fact });
  // A digest that was released before is good already, so its tag moves and `push` is told at once. Not documented.
  if (!isBlocked(shelf, manifest)) shelf.emit({ action: "push", ...fact });
}

function checkContent(shelf: Shelf, repository: RepositoryRecord, document: ManifestDocument): void {
  const blobs = [...(document.config === undefined ? [] : [document.config]), ...(document.layers ?? [])];
  for (const blob of blobs) {
    const isElsewhere = (blob.urls?.length ?? 0) > 0;
    if (!isElsewhere && !repository.blobs.has(blob.digest)) throw blobUnknown(blob);
    if (!isElsewhere && shelf.blobs.sizeOf(blob.digest) !== blob.size) {
      throw new RegistryError(400, "MANIFEST_INVALID", `manifest invalid: ${blob.digest} has another size`);
    }
  }
  for (const child of document.manifests ?? []) {
    if (!repository.manifests.has(child.digest)) throw blobUnknown(child);
  }
}

function blobUnknown(missing: Descriptor): RegistryError {
  const detail = { digest: missing.digest };
  return new RegistryError(404, "MANIFEST_BLOB_UNKNOWN", "manifest blob unknown to registry", { detail });
}
