import type { Artifact } from "../../nouns/artifact.ts";
import { type Notice, notice } from "../../nouns/card.ts";
import { code, text } from "../../nouns/text.ts";
import type { CommandCall, CommandDeps } from "./command.ts";
import { type ImageReference, readImageReference } from "./image-reference.ts";

export type FoundImage =
  | { readonly kind: "found"; readonly artifact: Artifact; readonly tag?: string }
  | { readonly kind: "not-found"; readonly answer: Notice };

/**
 * The artifact that somebody's words mean: from what events have told, else by asking the registry, which makes it
 * known. A tag is resolved to its digest here; from then on only the digest counts.
 */
export async function findImage(typed: string, call: CommandCall, deps: CommandDeps): Promise<FoundImage> {
  const read = readImageReference(typed, deps.config().registries);
  if (read.kind === "unclear") return { kind: "not-found", answer: notice("warning", "❔", [read.why]) };
  const { image } = read;
  const digest = await findDigest(image, deps, call.signal);
  if (digest === undefined) return { kind: "not-found", answer: unknown(image) };
  const key = { registry: image.registry, repository: image.repository, digest };
  const tagged = image.tag === undefined ? {} : { tag: image.tag };
  let artifact = await deps.store.findArtifact(key);
  if (artifact === undefined || artifact.kind === "unknown") {
    await deps.discover({ ...key, ...tagged });
    artifact = await deps.store.findArtifact(key);
  }
  if (artifact === undefined) return { kind: "not-found", answer: unknown(image) };
  return { kind: "found", artifact, ...tagged };
}

async function findDigest(
  image: ImageReference,
  deps: CommandDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { registry, repository } = image;
  if (image.digest !== undefined) {
    if (image.digest.length === "sha256:".length + 64) return image.digest;
    return (await deps.store.findArtifactByPrefix(registry, repository, image.digest))?.digest;
  }
  const tag = image.tag ?? "latest";
  const known = await deps.store.findTag(registry, repository, tag);
  if (known !== undefined && !known.disputed) return known.digest;
  const { reader } = deps.accessTo(registry);
  const confirmed = await reader?.findTagDigest(repository, tag, { signal });
  if (confirmed !== undefined) return confirmed;
  // A quarantined image has its tag only once it is released: until then its event is what names it.
  return known?.digest ?? (await deps.store.findAnnounced(registry, repository, tag))?.digest;
}

function unknown(image: ImageReference): Notice {
  const name = image.digest ?? `${image.repository}:${image.tag ?? "latest"}`;
  return notice("warning", "❔", [
    text("I know no image ", code(name), ` in ${image.registry}. Nothing was changed.`),
    text("See the tags of a repository with ", code(`tags ${image.repository}`), "."),
  ]);
}
