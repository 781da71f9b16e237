import { parseObject } from "../shared/json-object.ts";
import { isIndexType } from "./media-types.ts";
import type { ManifestRecord } from "./records.ts";
import type { Shelf } from "./shelf.ts";

/** The size of the manifest itself in bytes, which is what an event's `size` and `length` say. */
export function manifestSize(manifest: ManifestRecord): number {
  return manifest.bytes.length;
}

/** The sizes of config and layers in bytes, or undefined for an index (acr-facts 4.2). */
export function imageSize(manifest: ManifestRecord): number | undefined {
  if (isIndexType(manifest.mediaType)) return undefined;
  let bytes = manifest.document.config?.size ?? 0;
  for (const layer of manifest.document.layers ?? []) bytes += layer.size;
  return bytes;
}

/** Architecture and operating system as the image's config says, as far as it is a config with them. */
export function platformOf(
  shelf: Shelf,
  manifest: ManifestRecord,
): { readonly architecture?: string; readonly os?: string } {
  const config = manifest.document.config;
  const bytes = config === undefined ? undefined : shelf.blobs.get(config.digest);
  if (bytes === undefined || bytes.length > 1024 * 1024) return {};
  // Not every config is JSON: a chart's or an artifact's may be anything.
  const { architecture, os } = parseObject(bytes.toString("utf8")) ?? {};
  return {
    ...(typeof architecture === "string" ? { architecture } : {}),
    ...(typeof os === "string" ? { os } : {}),
  };
}
