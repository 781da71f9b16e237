import { manifestSize } from "./manifest-facts.ts";
import { isDigest } from "./names.ts";
import { quarantineDetailsProblem } from "./quarantine-details.ts";
import type { ManifestRecord, RepositoryRecord } from "./records.ts";
import { disallowed, manifestUnknown, RegistryError } from "./registry-error.ts";
import { attachTag, getRepository, type Shelf } from "./shelf.ts";

// What ACR shows while an image waits is not documented; only `Passed` and `Failed` are (acr-facts 4.3).
export const waiting = "Quarantined";

/** With the policy on, everything that is not marked good is blocked, older images included. */
export function isBlocked(shelf: Shelf, manifest: ManifestRecord): boolean {
  return shelf.policy.quarantine && manifest.quarantineState !== "Passed";
}

/**
 * The manifest behind a tag or digest, as a pull sees it. A blocked image is unknown by its tag to everybody, and by its
 * digest refused with 405 to all but quarantine readers (acr-facts 4.3).
 */
export function resolve(
  shelf: Shelf,
  name: string,
  reference: string,
  isQuarantineReader: boolean,
): ManifestRecord {
  const repository = getRepository(shelf, name);
  const byDigest = isDigest(reference);
  const digest = byDigest ? reference : repository.tags.get(reference)?.digest;
  const manifest = digest === undefined ? undefined : repository.manifests.get(digest);
  if (manifest === undefined) throw manifestUnknown(reference);
  const blocked = isBlocked(shelf, manifest);
  if (blocked && !byDigest) throw manifestUnknown(reference);
  if (blocked && !isQuarantineReader) throw disallowed();
  if (!manifest.attributes.readEnabled) throw disallowed();
  return manifest;
}

/** What a quarantine PATCH asks for, checked; undefined when the body names neither field. */
export function readQuarantinePatch(
  body: Readonly<Record<string, unknown>>,
): { readonly state?: "Passed" | "Failed"; readonly details?: string } | undefined {
  const state = body.quarantineState;
  const details = body.quarantineDetails;
  if (state === undefined && details === undefined) return undefined;
  if (state !== undefined && state !== "Passed" && state !== "Failed") {
    throw badRequest("quarantineState is neither Passed nor Failed");
  }
  if (details === undefined) return state === undefined ? {} : { state };
  if (typeof details !== "string") throw badRequest("quarantineDetails is not a string");
  const problem = quarantineDetailsProblem(details);
  if (problem !== undefined) throw badRequest(`quarantineDetails: ${problem}`);
  return state === undefined ? { details } : { state, details };
}

/**
 * Sets the state of one digest. Released, it gets the tags that waited for it (a tag on another digest moves only now),
 * and a `push` is told for each, or one without tag.
 */
export function setQuarantine(
  shelf: Shelf,
  name: string,
  digest: string,
  patch: { readonly state?: "Passed" | "Failed"; readonly details?: string },
): ManifestRecord {
  const repository = getRepository(shelf, name);
  const before = repository.manifests.get(digest);
  if (before === undefined) throw manifestUnknown(digest);
  const state = patch.state ?? before.quarantineState;
  const details = patch.details ?? before.quarantineDetails;
  const after: ManifestRecord = {
    ...before,
    lastUpdateTime: shelf.stamp(),
    ...(state === undefined ? {} : { quarantineState: state }),
    ...(details === undefined ? {} : { quarantineDetails: details }),
  };
  const wasHeldBack = isBlocked(shelf, before) || before.quarantineState === waiting;
  if (state === "Passed") checkPendingTags(repository, before);
  repository.manifests.set(digest, after);
  if (state === "Passed" && wasHeldBack) release(shelf, repository, after);
  shelf.changed();
  return repository.manifests.get(digest) ?? after;
}

function checkPendingTags(repository: RepositoryRecord, manifest: ManifestRecord): void {
  for (const tag of manifest.pendingTags) {
    if (repository.tags.get(tag)?.attributes.writeEnabled === false) throw disallowed();
  }
}

function release(shelf: Shelf, repository: RepositoryRecord, manifest: ManifestRecord): void {
  for (const tag of manifest.pendingTags) attachTag(shelf, repository, tag, manifest.digest);
  const tags = manifest.pendingTags.length > 0 ? manifest.pendingTags : [undefined];
  for (const tag of tags) {
    // Which request the push event of a release names is not documented: we give that of the original push.
    shelf.emit({
      action: "push",
      repository: repository.name,
      digest: manifest.digest,
      mediaType: manifest.mediaType,
      size: manifestSize(manifest),
      ...(tag === undefined ? {} : { tag }),
      request: manifest.pushedBy,
    });
  }
}

// ACR's code for a bad PATCH is not documented; clients should go by the status.
function badRequest(message: string): RegistryError {
  return new RegistryError(400, "INVALID_REQUEST", message);
}
