/** Media types of manifests that ACR stores (`ACCEPTED_MANIFEST_MEDIA_TYPES` of its SDK). */
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
export const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

export const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
export const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
export const OCI_EMPTY = "application/vnd.oci.empty.v1+json";
export const DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
export const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
export const LEGACY_CHART = "application/vnd.acr.helm.chart";

const NAMES: Readonly<Record<string, string>> = {
  [OCI_MANIFEST]: "OCI manifest",
  [OCI_INDEX]: "OCI index",
  [DOCKER_MANIFEST]: "Docker manifest",
  [DOCKER_LIST]: "manifest list",
};

const PLURALS: Readonly<Record<string, string>> = {
  [OCI_MANIFEST]: "OCI manifests",
  [OCI_INDEX]: "OCI indexes",
  [DOCKER_MANIFEST]: "Docker manifests",
  [DOCKER_LIST]: "manifest lists",
};

/** Whether manifests of this type are taken. */
export function isManifestType(mediaType: string): boolean {
  return mediaType in NAMES;
}

/** Whether the type lists other manifests instead of layers. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
}

/**
 * Why this Accept header refuses the type, or undefined when it takes it. An index must be named: a wildcard is not
 * enough (azure-cli#25280); a Docker manifest is given to anybody, as old clients send no Accept for it.
 */
export function acceptRefusal(accept: string | undefined, mediaType: string): string | undefined {
  const ranges = (accept ?? "*/*")
    .split(",")
    .map((range) => (range.split(";")[0] ?? "").trim().toLowerCase());
  if (ranges.includes(mediaType) || mediaType === DOCKER_MANIFEST) return undefined;
  const anything = ranges.includes("*/*") || ranges.includes("application/*");
  if (anything && !isIndexType(mediaType)) return undefined;
  return `${NAMES[mediaType]} found, but accept header does not support ${PLURALS[mediaType]}`;
}
