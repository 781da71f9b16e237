import type { ArtifactKind } from "../../nouns/artifact.ts";
import type { ManifestShape } from "./manifest-shape.ts";
import { isImageConfigType, isIndexType } from "./manifest-types.ts";

// helm push oci://… makes an OCI manifest that only its configuration's type tells from an image (acr-facts 1.4).
const helmConfig = "application/vnd.cncf.helm.config.v1+json";
const ociEmpty = "application/vnd.oci.empty.v1+json";

type AttachedKind = "signature" | "sbom" | "attestation";

// The types that cosign, notation, syft, trivy, oras and BuildKit write, as artifactType, config or layer type.
const attachedTypes: readonly (readonly [RegExp, AttachedKind])[] = [
  [
    /^application\/vnd\.(?:cncf\.notary\.|dev\.cosign\.(?:simplesigning|artifact\.sig)\.|dev\.sigstore\.bundle)/,
    "signature",
  ],
  [/^application\/vnd\.(?:in-toto|dsse\.envelope|dev\.cosign\.artifact\.att)/, "attestation"],
  [/cyclonedx|spdx|sbom|^application\/vnd\.syft/, "sbom"],
];

/**
 * What a manifest is, by its own media type, its artifactType, and the types of its configuration and layers: cosign's
 * signatures and BuildKit's attestations have an image's configuration, so only their layers tell them from an image.
 */
export function kindOf(mediaType: string, manifest: ManifestShape): ArtifactKind {
  if (isIndexType(mediaType)) return "index";
  const config = manifest.config?.mediaType;
  if (config === helmConfig) return "helm-chart";
  const named = manifest.artifactType ?? (config === ociEmpty ? undefined : config);
  const attached = attachedKind(named) ?? kindOfLayers(manifest);
  if (attached !== undefined) return attached;
  return config !== undefined && isImageConfigType(config) && manifest.artifactType === undefined
    ? "image"
    : "other";
}

/** What the registry's attributes tell when the manifest itself cannot be read. */
export function kindOfTypes(
  mediaType: string | undefined,
  configMediaType: string | undefined,
): ArtifactKind {
  if (mediaType !== undefined && isIndexType(mediaType)) return "index";
  if (configMediaType === undefined) return "unknown";
  if (configMediaType === helmConfig) return "helm-chart";
  return isImageConfigType(configMediaType) ? "image" : (attachedKind(configMediaType) ?? "other");
}

function kindOfLayers({ layers }: ManifestShape): AttachedKind | undefined {
  const [first, ...rest] = layers.map((layer) => attachedKind(layer.mediaType));
  return rest.every((kind) => kind === first) ? first : undefined;
}

function attachedKind(type: string | undefined): AttachedKind | undefined {
  if (type === undefined) return undefined;
  return attachedTypes.find(([pattern]) => pattern.test(type))?.[1];
}
