import type { Artifact } from "../../nouns/artifact.ts";
import { code, text } from "../../nouns/text.ts";
import { present } from "../../present.ts";
import { type CommandCall, Instead } from "./command.ts";
import { type ImageReference, readImageReference } from "./image-reference.ts";

/**
 * The artifact that somebody's words mean: from what events have told, else by asking the registry, which makes it
 * known. A tag is resolved to its digest here; from then on only the digest counts. Throws `Instead` for one that
 * nobody knows.
 */
export async function findImage(
  typed: string,
  call: CommandCall,
): Promise<{ readonly artifact: Artifact; readonly tag?: string }> {
  const image = readImageReference(typed, call);
  const digest = await findDigest(image, call);
  if (digest === undefined) throw unknown(image);
  const { registry, repository, tag } = image;
  const key = { registry, repository, digest };
  let artifact = await call.store.findArtifact(key);
  if (artifact === undefined || artifact.kind === "unknown") {
    await call.discover(present({ ...key, tag }));
    artifact = await call.store.findArtifact(key);
  }
  if (artifact === undefined) throw unknown(image);
  return present({ artifact, tag });
}

async function findDigest(image: ImageReference, call: CommandCall): Promise<string | undefined> {
  const { registry, repository } = image;
  const { store, signal } = call;
  if (image.digest !== undefined) {
    if (image.digest.length === "sha256:".length + 64) return image.digest;
    return (await store.findArtifactByPrefix(registry, repository, image.digest))?.digest;
  }
  const tag = image.tag ?? "latest";
  const known = await store.findTag(registry, repository, tag);
  if (known !== undefined && !known.disputed) return known.digest;
  const confirmed = await call.accessTo(registry).reader?.findTagDigest(repository, tag, { signal });
  if (confirmed !== undefined) return confirmed;
  // A quarantined image has its tag only once it is released: until then its event is what names it.
  return known?.digest ?? (await store.findAnnounced(registry, repository, tag))?.digest;
}

function unknown(image: ImageReference): Instead {
  const name = image.digest ?? `${image.repository}:${image.tag ?? "latest"}`;
  return new Instead("❔", [
    text("I know no image ", code(name), ` in ${image.registry}. Nothing was changed.`),
    text("See the tags of a repository with ", code(`tags ${image.repository}`), "."),
  ]);
}
