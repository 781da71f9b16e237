import { describeError } from "../../errors.ts";
import type { ArtifactKind } from "../../nouns/artifact.ts";
import { signalWithin } from "../../outgoing/deadline.ts";
import type { CallOptions, ImageDescription, ManifestContent, RegistryReader } from "../registry-port.ts";
import { labelsOf } from "./labels.ts";
import type { ManifestShape } from "./manifest-shape.ts";
import { isPlatformImage } from "./platforms.ts";

// Storage answers in a tenth of that. Where its hosts are closed packets may just vanish, and nobody waits for labels.
const limitMs = 3_000;

/** What was found; `unread`: there may be more, and why that could not be read; `unasked`: there may be more. */
export type FoundLabels = ImageDescription & { readonly unread?: string; readonly unasked?: true };

/**
 * The labels of an artifact: of an image's configuration, else of its annotations; of an index its annotations, else
 * those of its first image. They are decoration: a failure to read them is told, never thrown. `isRead`: what takes another
 * call was read before, and the bytes of a digest never change.
 */
export async function findLabels(
  reader: RegistryReader,
  repository: string,
  kind: ArtifactKind,
  content: ManifestContent,
  shape: ManifestShape,
  { isRead, ...options }: CallOptions & { readonly isRead?: boolean },
): Promise<FoundLabels> {
  const own = { labels: labelsOf(shape.annotations) };
  if (isRead === true && (kind === "image" || kind === "index")) return { ...own, unasked: true };
  const within = { signal: signalWithin(limitMs, options.signal) };
  try {
    if (kind === "image") return merged(own, await reader.readConfigLabels(repository, content, within));
    const first = shape.manifests?.find(isPlatformImage);
    if (kind !== "index" || first === undefined || Object.keys(own.labels).length > 0) return own;
    const child = await reader.readManifest(repository, first.digest, within);
    return { labels: (await reader.readConfigLabels(repository, child, within))?.labels ?? {} };
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    return { ...own, unread: describeError(error) };
  }
}

function merged(own: ImageDescription, configured: ImageDescription | undefined): ImageDescription {
  return configured === undefined ? own : { ...configured, labels: { ...own.labels, ...configured.labels } };
}
