import { z } from "zod";
import { labelsOf } from "../manifest/labels.ts";
import { ManifestShape } from "../manifest/manifest-shape.ts";
import { isImageConfigType } from "../manifest/manifest-types.ts";
import { platformText } from "../manifest/platforms.ts";
import type { ImageDescription, RegistryReader } from "../registry-port.ts";
import type { AcrConnection } from "./acr-connection.ts";
import { fetchBlob } from "./blob.ts";

// Configurations of real images have a few kilobytes; history and labels of large ones some tens.
const maxConfigBytes = 1024 * 1024;

const word = z.string().min(1).max(64).optional().catch(undefined);
const Configuration = z.object({
  os: word,
  architecture: word,
  variant: word,
  config: z
    .object({ Labels: z.record(z.string(), z.unknown()).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** Reads labels and platform from an image's configuration blob, whose bytes are checked against its digest. */
export function createConfigLabels(connection: AcrConnection): RegistryReader["readConfigLabels"] {
  return (repository, manifest, options) => {
    const doing = `read the configuration of ${repository}@${manifest.digest}`;
    return connection.run({ doing }, options, async (signal) => {
      const { config } = ManifestShape.parse(manifest.manifest);
      if (config === undefined || !isImageConfigType(config.mediaType)) return undefined;
      if (config.size > maxConfigBytes) throw new Error(`The configuration has ${config.size} bytes.`);
      const bytes = await fetchBlob(connection, repository, config.digest, signal);
      return describe(Configuration.parse(JSON.parse(bytes.toString("utf8"))));
    });
  };
}

function describe(configuration: z.infer<typeof Configuration>): ImageDescription {
  const { os, architecture, variant } = configuration;
  const labels = labelsOf(configuration.config?.Labels ?? {});
  if (os === undefined || architecture === undefined) return { labels };
  return { labels, platform: platformText(os, architecture, variant) };
}
