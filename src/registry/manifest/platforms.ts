import type { ManifestAttributes } from "../registry-port.ts";
import type { Descriptor, ManifestShape } from "./manifest-shape.ts";

// More than any image has; an index may claim thousands.
const maxPlatforms = 64;

/** `os/architecture[/variant]`. */
export function platformText(os: string, architecture: string, variant?: string): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** Whether an index's entry is an image; BuildKit lists its attestations beside the images as unknown/unknown. */
export function isPlatformImage(child: Descriptor): boolean {
  return child.platform?.os !== "unknown" && child.annotations["vnd.docker.reference.type"] === undefined;
}

/** The platforms of an index's images (64 at most), or the one of an image, as far as somebody says. */
export function platformsOf(
  shape: ManifestShape,
  attributes: ManifestAttributes | undefined,
  configured: string | undefined,
): readonly string[] {
  if (shape.manifests !== undefined) {
    const named = shape.manifests.filter(isPlatformImage).flatMap((child) => child.platform ?? []);
    const texts = named.map(({ os, architecture, variant }) => platformText(os, architecture, variant));
    return [...new Set(texts)].slice(0, maxPlatforms);
  }
  if (configured !== undefined) return [configured];
  const { os, architecture } = attributes ?? {};
  return os === undefined || architecture === undefined ? [] : [platformText(os, architecture)];
}
