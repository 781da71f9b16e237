import { isObject, parseObject } from "../shared/json-object.ts";
import { isIndexType, isManifestType } from "./media-types.ts";
import { isDigest } from "./names.ts";
import type { Descriptor, ManifestDocument } from "./records.ts";
import { RegistryError } from "./registry-error.ts";

// ACR and most registries take manifests of up to 4 MiB.
export const maxManifestBytes = 4 * 1024 * 1024;

/** The manifest's JSON, checked as far as a registry must, or 400 MANIFEST_INVALID with the reason. */
export function readManifest(bytes: Buffer, mediaType: string): ManifestDocument {
  if (!isManifestType(mediaType)) throw invalid(`media type "${mediaType.slice(0, 200)}" is not taken`);
  const value = parseObject(bytes.toString("utf8"));
  if (value === undefined) throw invalid("not a JSON object");
  if (value.schemaVersion !== 2) throw invalid("schemaVersion is not 2");
  const named = value.mediaType;
  if (named !== undefined && named !== mediaType) throw invalid("mediaType differs from the Content-Type");
  const lists = isIndexType(mediaType);
  return {
    ...(lists
      ? { manifests: descriptors(value.manifests, "manifests") }
      : {
          config: descriptor(value.config, "config"),
          layers: descriptors(value.layers ?? [], "layers"),
        }),
    ...(value.subject === undefined ? {} : { subject: descriptor(value.subject, "subject") }),
    ...(typeof value.artifactType === "string" ? { artifactType: value.artifactType } : {}),
    ...(isStringMap(value.annotations) ? { annotations: value.annotations } : {}),
  };
}

function descriptors(value: unknown, where: string): readonly Descriptor[] {
  if (!Array.isArray(value)) throw invalid(`${where} is not an array`);
  return value.map((item: unknown) => descriptor(item, where));
}

function descriptor(value: unknown, where: string): Descriptor {
  if (!isObject(value)) throw invalid(`${where} is not a descriptor`);
  const { mediaType, digest, size, urls, platform, annotations, artifactType } = value;
  if (typeof mediaType !== "string") throw invalid(`${where} has no mediaType`);
  if (typeof digest !== "string" || !isDigest(digest)) throw invalid(`${where} has no sha256 digest`);
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    throw invalid(`${where} has no size`);
  return {
    mediaType,
    digest,
    size,
    ...(Array.isArray(urls) ? { urls: urls.filter((url) => typeof url === "string") } : {}),
    ...(isPlatform(platform) ? { platform } : {}),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(isStringMap(annotations) ? { annotations } : {}),
  };
}

function isPlatform(value: unknown): value is { readonly architecture: string; readonly os: string } {
  return isObject(value) && typeof value.architecture === "string" && typeof value.os === "string";
}

function isStringMap(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((item) => typeof item === "string");
}

function invalid(reason: string): RegistryError {
  return new RegistryError(400, "MANIFEST_INVALID", `manifest invalid: ${reason}`);
}
