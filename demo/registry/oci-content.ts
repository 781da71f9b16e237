import { createHash } from "node:crypto";
import * as types from "./media-types.ts";
import type { Descriptor } from "./records.ts";
import { buildLayer } from "./tar-layer.ts";

/** What an image is made of: blobs to upload, then the manifest to put. */
export type BuiltManifest = {
  readonly blobs: readonly Buffer[];
  readonly bytes: Buffer;
  readonly mediaType: string;
};

/** What to build. `platform` is `os/architecture` or `os/architecture/variant`. */
export type ImageRecipe = {
  readonly seed: string;
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  readonly created: string;
  readonly family: "oci" | "docker";
};

/** A runnable-looking image of one platform: real config, one real layer, and the manifest that names both. */
export function buildImage(recipe: ImageRecipe): BuiltManifest {
  const isDocker = recipe.family === "docker";
  const { os, architecture, variant } = readPlatform(recipe.platform);
  const layer = buildLayer("app/server.bin", `${recipe.seed} ${recipe.platform}`, recipe.sizeBytes);
  const config = jsonBytes({
    created: recipe.created,
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config: { Entrypoint: ["/app/server.bin"], Env: ["PATH=/usr/bin:/bin"], Labels: recipe.labels },
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
    history: [{ created: recipe.created, created_by: "COPY server.bin /app/server.bin" }],
  });
  const mediaType = isDocker ? types.dockerManifest : types.ociManifest;
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType,
    config: descriptor(config, isDocker ? types.dockerConfig : types.ociConfig),
    layers: [descriptor(layer.bytes, isDocker ? types.dockerLayer : types.ociLayer)],
  });
  return { blobs: [config, layer.bytes], bytes, mediaType };
}

/** An index over images that are already built, in the order of `platforms`. */
export function buildIndex(
  images: readonly BuiltManifest[],
  platforms: readonly string[],
  family: "oci" | "docker",
): BuiltManifest {
  const mediaType = family === "docker" ? types.dockerList : types.ociIndex;
  const manifests = images.map((image, at) => ({
    ...descriptor(image.bytes, image.mediaType),
    platform: readPlatform(platforms[at] ?? ""),
  }));
  return { blobs: [], bytes: jsonBytes({ schemaVersion: 2, mediaType, manifests }), mediaType };
}

/** A Helm chart as `helm push oci://…` stores it: an OCI manifest that only its config's media type tells from an image. */
export function buildHelmChart(recipe: {
  readonly seed: string;
  readonly name: string;
  readonly version: string;
  readonly created: string;
}): BuiltManifest {
  const chart = buildLayer(`${recipe.name}/Chart.yaml`, recipe.seed, 8 * 1024);
  const config = jsonBytes({
    name: recipe.name,
    version: recipe.version,
    apiVersion: "v2",
    type: "application",
  });
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: types.ociManifest,
    config: descriptor(config, "application/vnd.cncf.helm.config.v1+json"),
    layers: [descriptor(chart.bytes, "application/vnd.cncf.helm.chart.content.v1.tar+gzip")],
    annotations: { "org.opencontainers.image.created": recipe.created },
  });
  return { blobs: [config, chart.bytes], bytes, mediaType: types.ociManifest };
}

/** An artifact that refers to another manifest (a signature, an SBOM), by the OCI image specification 1.1. */
export function buildReferrer(recipe: {
  readonly artifactType: string;
  readonly subject: Descriptor;
  readonly payload: Buffer;
  readonly created: string;
}): BuiltManifest {
  const empty = Buffer.from("{}");
  const bytes = jsonBytes({
    schemaVersion: 2,
    mediaType: types.ociManifest,
    artifactType: recipe.artifactType,
    config: descriptor(empty, types.ociEmpty),
    layers: [descriptor(recipe.payload, recipe.artifactType)],
    subject: recipe.subject,
    annotations: { "org.opencontainers.image.created": recipe.created },
  });
  return { blobs: [empty, recipe.payload], bytes, mediaType: types.ociManifest };
}

function descriptor(bytes: Buffer, mediaType: string): Descriptor {
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  return { mediaType, digest, size: bytes.length };
}

function readPlatform(platform: string) {
  const [os = "linux", architecture = "amd64", variant] = platform.split("/");
  return { architecture, os, ...(variant === undefined ? {} : { variant }) };
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
