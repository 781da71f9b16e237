import { ChatopsError } from "../errors.ts";
import { type ArtifactKey, knownOrNew } from "../nouns/artifact.ts";
import { environmentTagsOf, type Target } from "../nouns/target.ts";
import { present } from "../present.ts";
import type { RegistryReader } from "../registry/registry-port.ts";
import { type VerifyDeps, verifyNow } from "./verify-work.ts";

// A person waits for the answer.
const limitMs = 20_000;

/**
 * Makes an artifact known of which no event has told (it is older than the bot), by asking the registry about it.
 * False: the registry has none. Throws the reader's ChatopsError.
 */
export async function discoverArtifact(
  image: ArtifactKey & { readonly tag?: string },
  deps: Pick<VerifyDeps, "store" | "clock" | "targetsOf"> & { readonly reader: RegistryReader | undefined },
): Promise<boolean> {
  if (deps.reader === undefined) return false;
  const { registry, repository, digest } = image;
  // Asked before anything is written: a mistyped digest leaves no trace.
  const attributes = await deps.reader.readAttributes(repository, digest, {
    signal: AbortSignal.timeout(limitMs),
  });
  if (attributes === undefined) return false;
  const tag = image.tag ?? versionTagOf(attributes.tags, deps.targetsOf(image));
  await deps.store.changeArtifact(image, tag, ({ artifact }) => {
    const known = knownOrNew(artifact, { registry, repository, digest }, deps.clock.now());
    return { artifact: known === artifact ? known : { ...known, ...present({ announcedTag: tag }) } };
  });
  const known = await deps.store.findArtifact(image);
  if (known === undefined) throw new ChatopsError("store-unwritable", "The image could not be written down.");
  await verifyNow(known, deps.reader, deps, AbortSignal.timeout(limitMs));
  return true;
}

/** A tag to call it by: not one that targets move, and `latest` only where there is no other. */
function versionTagOf(tags: readonly string[], targets: readonly Target[]): string | undefined {
  const moved = new Set(targets.flatMap(environmentTagsOf));
  const own = tags.filter((tag) => !moved.has(tag));
  return own.find((tag) => tag !== "latest") ?? own[0];
}
