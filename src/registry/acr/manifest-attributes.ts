import { z } from "zod";
import { present } from "../../present.ts";
import { isDigest } from "../manifest/digest.ts";
import type { ManifestAttributes, RegistryReader } from "../registry-port.ts";
import type { AcrConnection } from "./acr-connection.ts";
import { checkDigest, checkRepository, encodePath } from "./names.ts";

// The version that the SDK sends (acr-facts 4.2).
const acrApiVersion = "2021-07-01";
// Stored with the artifact and shown on cards; the schema of the details allows little more.
const maxDetailsLength = 4096;
const maxTags = 1000;

// ACR writes an absent value as null or not at all, and as an empty string for an index's architecture.
const text = z
  .string()
  .max(255)
  .nullish()
  .transform((value) => value || undefined);
const Answer = z.object({
  manifest: z.object({
    digest: z.string(),
    imageSize: z.number().nonnegative().nullish(),
    architecture: text,
    os: text,
    mediaType: text,
    configMediaType: text,
    tags: z.array(z.string()).nullish(),
    references: z.array(z.object({ digest: z.string() })).nullish(),
    changeableAttributes: z
      .object({
        quarantineState: text,
        quarantineDetails: z.string().nullish(),
      })
      .nullish(),
  }),
});

/** Path of a manifest's attributes. */
export function attributesPath(repository: string, digest: string): string {
  const name = encodePath(checkRepository(repository));
  return `/acr/v1/${name}/_manifests/${encodeURIComponent(checkDigest(digest))}?api-version=${acrApiVersion}`;
}

/** Reads attributes raw: the SDK filters `quarantineState` and `quarantineDetails` out of what the service returns. */
export function createAttributes(connection: AcrConnection): RegistryReader["readAttributes"] {
  return (repository, digest, options) => {
    const doing = `read the attributes of ${repository}@${digest}`;
    return connection.find({ doing }, options, async (signal) => {
      const path = attributesPath(repository, digest);
      const { manifest } = (await connection.readJson({ path, signal }, Answer)).body;
      if (manifest.digest !== digest) throw new Error("The answer is about another digest.");
      return attributesOf(manifest);
    });
  };
}

function attributesOf(manifest: z.infer<typeof Answer>["manifest"]): ManifestAttributes {
  const marks = manifest.changeableAttributes;
  return {
    ...present({
      mediaType: manifest.mediaType,
      configMediaType: manifest.configMediaType,
      imageBytes: manifest.imageSize,
      architecture: manifest.architecture,
      os: manifest.os,
      quarantineState: marks?.quarantineState,
      quarantineDetails: marks?.quarantineDetails?.slice(0, maxDetailsLength) || undefined,
    }),
    tags: (manifest.tags ?? []).slice(0, maxTags),
    references: (manifest.references ?? []).map((item) => item.digest).filter(isDigest),
  };
}
