import { ChatopsError, orNothing } from "../../errors.ts";
import type { ArtifactKind } from "../../nouns/artifact.ts";
import type { CallOptions, ImageDescription, ManifestContent, RegistryReader } from "../registry-port.ts";
import { labelsOf } from "./labels.ts";
import type { ManifestShape } from "./manifest-shape.ts";
import { isPlatformImage } from "./platforms.ts";

/**
 * The labels of an artifact: of an image's configuration, else of its annotations; of an index its annotations, else
 * those of its first image. They are decoration: only a failure that may pass is thrown, any other leaves them out.
 */
export async function findLabels(
  reader: RegistryReader,
  repository: string,
  kind: ArtifactKind,
  content: ManifestContent,
  shape: ManifestShape,
  options: CallOptions,
): Promise<ImageDescription> {
  const annotated = labelsOf(shape.annotations);
  const own: ImageDescription = { labels: annotated };
  if (kind === "image")
    return merged(own, await orNothing(reader.readConfigLabels(repository, content, options), isForGood));
  if (kind !== "index" || Object.keys(annotated).length > 0) return own;
  const first = shape.manifests?.find(isPlatformImage);
  if (first === undefined) return own;
  const labelled = reader
    .readManifest(repository, first.digest, options)
    .then((child) => reader.readConfigLabels(repository, child, options));
  return { labels: (await orNothing(labelled, isForGood))?.labels ?? {} };
}

function merged(own: ImageDescription, configured: ImageDescription | undefined): ImageDescription {
  return configured === undefined ? own : { ...configured, labels: { ...own.labels, ...configured.labels } };
}

function isForGood(error: unknown): boolean {
  return error instanceof ChatopsError && !error.retryable;
}
