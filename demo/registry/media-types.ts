/** Media types of manifests that ACR stores (`ACCEPTED_MANIFEST_MEDIA_TYPES` of its SDK). */
export const ociManifest = "application/vnd.oci.image.manifest.v1+json";
export const ociIndex = "application/vnd.oci.image.index.v1+json";
export const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
export const dockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

export const ociConfig = "application/vnd.oci.image.config.v1+json";
export const ociLayer = "application/vnd.oci.image.layer.v1.tar+gzip";
export const ociEmpty = "application/vnd.oci.empty.v1+json";
export const dockerConfig = "application/vnd.docker.container.image.v1+json";
export const dockerLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip";
export const legacyChart = "application/vnd.acr.helm.chart";

const names: Readonly<Record<string, string>> = {
  [ociManifest]: "OCI manifest",
  [ociIndex]: "OCI index",
  [dockerManifest]: "Docker manifest",
  [dockerList]: "manifest list",
};

const plurals: Readonly<Record<string, string>> = {
  [ociManifest]: "OCI manifests",
  [ociIndex]: "OCI indexes",
  [dockerManifest]: "Docker manifests",
  [dockerList]: "manifest lists",
};

/** Whether manifests of this type are taken. */
export function isManifestType(mediaType: string): boolean {
  return mediaType in names;
}

/** Whether the type lists other manifests instead of layers. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === ociIndex || mediaType === dockerList;
}

/**
 * Why this Accept header refuses the type, or undefined when it takes it. An index must be named: a wildcard is not
 * enough (azure-cli#25280); a Docker manifest is given to anybody, as old clients send no Accept for it.
 */
export function acceptRefusal(accept: string | undefined, mediaType: string): string | undefined {
  const ranges = (accept ?? "*/*")
    .split(",")
    .map((range) => (range.split(";")[0] ?? "").trim().toLowerCase());
  if (ranges.includes(mediaType) || mediaType === dockerManifest) return undefined;
  const anything = ranges.includes("*/*") || ranges.includes("application/*");
  if (anything && !isIndexType(mediaType)) return undefined;
  return `${names[mediaType]} found, but accept header does not support ${plurals[mediaType]}`;
}
