const indexTypes: readonly string[] = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const manifestTypes: readonly string[] = [
  ...indexTypes,
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.cncf.oras.artifact.manifest.v1+json",
];
/**
 * The Accept list of acr-facts 4.4. Without the index types ACR answers 404 "OCI index found, but accept header does
 * not support OCI indexes" (Azure/azure-cli#25280), and a wildcard alone is not enough.
 */
export const manifestAccept = [...manifestTypes, "*/*"].join(", ");

const imageConfigTypes: readonly string[] = [
  "application/vnd.oci.image.config.v1+json",
  "application/vnd.docker.container.image.v1+json",
];

/** Whether manifests of this type list other manifests instead of layers. */
export function isIndexType(mediaType: string): boolean {
  return indexTypes.includes(mediaType);
}

/** Whether the type is that of a manifest: an event may name something else, as the legacy charts do. */
export function isManifestType(mediaType: string): boolean {
  return manifestTypes.includes(mediaType);
}

/** Whether a configuration of this type is that of a container image. */
export function isImageConfigType(mediaType: string): boolean {
  return imageConfigTypes.includes(mediaType);
}
