import { z } from "zod";
import { isDigest } from "./digest.ts";

const text = z.string().max(1024).optional().catch(undefined);
const annotations = z.record(z.string(), z.unknown()).catch({});
const bytes = z.number().int().nonnegative();

const Descriptor = z.object({
  mediaType: z.string().max(255),
  digest: z.string().refine(isDigest),
  size: bytes,
  artifactType: text,
  platform: z
    .object({ os: z.string().max(64), architecture: z.string().max(64), variant: text })
    .optional()
    .catch(undefined),
  annotations,
});
export type Descriptor = z.infer<typeof Descriptor>;

/** The parts of a manifest or index that are looked at (OCI image specification 1.1; Docker's are the same here). */
export const ManifestShape = z.object({
  mediaType: text,
  artifactType: text,
  config: Descriptor.optional(),
  layers: z.array(Descriptor).default([]),
  manifests: z.array(Descriptor).optional(),
  subject: Descriptor.optional(),
  annotations,
});
export type ManifestShape = z.infer<typeof ManifestShape>;
