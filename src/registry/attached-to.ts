import type { ManifestShape } from "./manifest-shape.ts";

// cosign's way before OCI 1.1 and its fallback: the tag names the digest, `sha256-<hex>.sig`, `.att` or `.sbom`.
const digestTag = /^sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/;

/** The digest that an artifact is attached to, by its OCI `subject` or by a tag that names it. */
export function attachedTo(shape: ManifestShape, tags: readonly string[]): string | undefined {
  if (shape.subject !== undefined) return shape.subject.digest;
  for (const tag of tags) {
    const hex = digestTag.exec(tag)?.[1];
    if (hex !== undefined) return `sha256:${hex}`;
  }
  return undefined;
}
