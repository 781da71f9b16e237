import { randomUUID } from "node:crypto";
import { ArmError } from "./arm-error.ts";
import { checkRepository, checkTag, isDigest } from "./names.ts";
import { putManifest } from "./put-manifest.ts";
import { resolve } from "./quarantine.ts";
import type { ManifestRecord } from "./records.ts";
import { RegistryError } from "./registry-error.ts";
import { addBlob, type Shelf } from "./shelf.ts";

/** A registry that images can be imported from. */
export type ImportSource = { readonly resourceId: string; readonly shelf: Shelf };

/** What `importImage` is asked for (acr-facts 3.5). */
export type ImportRequest = {
  readonly sourceImage: string;
  readonly targetTags: readonly string[];
  readonly untaggedTargetRepositories: readonly string[];
  readonly mode: "Force" | "NoForce";
};

/** One import that was asked for. `moved`: the tags that have another digest since. */
export type ImportRecord = ImportRequest & {
  readonly source: string;
  readonly digest: string;
  readonly moved: readonly string[];
};

/**
 * Copies an image with its children, and without what refers to it, as ACR does. Throws as ARM words it: no such source,
 * a target tag that exists (NoForce), a locked one.
 */
export function importImage(
  shelf: Shelf,
  loginServer: string,
  source: ImportSource,
  request: ImportRequest,
): ImportRecord {
  const { repository, reference } = readSource(request.sourceImage);
  const manifest = found(source, repository, reference);
  const targets = request.targetTags.map(readTarget);
  if (request.mode === "NoForce") for (const target of targets) refuseExisting(shelf, target);
  const moved = targets.filter(({ name, tag }) => digestOf(shelf, name, tag) !== manifest.digest);
  const copy = (name: string, put: string) =>
    copyManifest({ from: source.shelf, to: shelf, host: loginServer }, repository, name, manifest, put);
  try {
    for (const { name, tag } of targets) copy(name, tag);
    for (const name of request.untaggedTargetRepositories) copy(checkRepository(name), manifest.digest);
  } catch (error) {
    if (error instanceof RegistryError) throw new ArmError(409, error.code, error.message);
    throw error;
  }
  const { digest } = manifest;
  return {
    ...request,
    source: source.resourceId,
    digest,
    moved: moved.map(({ name, tag }) => `${name}:${tag}`),
  };
}

function copyManifest(
  way: { readonly from: Shelf; readonly to: Shelf; readonly host: string },
  repository: string,
  into: string,
  manifest: ManifestRecord,
  reference: string,
): void {
  const { config, layers, manifests } = manifest.document;
  for (const blob of [...(config === undefined ? [] : [config]), ...(layers ?? [])]) {
    const bytes = way.from.blobs.get(blob.digest);
    if (bytes !== undefined) addBlob(way.to, into, bytes);
  }
  const known = way.from.repositories.get(repository)?.manifests;
  for (const { digest } of manifests ?? []) {
    const child = known?.get(digest);
    if (child !== undefined) copyManifest(way, repository, into, child, digest);
  }
  const { bytes, mediaType } = manifest;
  const facts = { id: randomUUID(), host: way.host, method: "PUT" };
  putManifest(way.to, { repository: into, reference, bytes, mediaType, request: facts });
}

function found({ shelf }: ImportSource, repository: string, reference: string): ManifestRecord {
  try {
    return resolve(shelf, repository, reference, false);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new ArmError(400, "InvalidParameters", `Source image could not be found. ${error.message}`);
  }
}

function readSource(image: string): { readonly repository: string; readonly reference: string } {
  const [name = "", digest] = image.split("@");
  const [repository = "", tag = "latest"] = digest === undefined ? name.split(":") : [name];
  return { repository, reference: digest !== undefined && isDigest(digest) ? digest : tag };
}

function readTarget(target: string): { readonly name: string; readonly tag: string } {
  const [name = "", tag = "latest"] = target.split(":");
  return { name: checkRepository(name), tag: checkTag(tag) };
}

function digestOf(shelf: Shelf, name: string, tag: string): string | undefined {
  return shelf.repositories.get(name)?.tags.get(tag)?.digest;
}

function refuseExisting(shelf: Shelf, { name, tag }: { readonly name: string; readonly tag: string }): void {
  if (digestOf(shelf, name, tag) === undefined) return;
  const message = `Tag ${name}:${tag} already exists in target registry.`;
  throw new ArmError(409, "Conflict", message);
}
