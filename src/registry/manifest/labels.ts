import type { ImageLabels } from "../../nouns/artifact.ts";
import { present } from "../../present.ts";

// Longer than any address or version that people write; cards cut much earlier.
const maxLabelLength = 512;

/** The labels that cards show, from labels or annotations with the names of the OCI image specification. */
export function labelsOf(all: Readonly<Record<string, unknown>>): ImageLabels {
  const read = (name: string): string | undefined => {
    const value = all[`org.opencontainers.image.${name}`];
    return typeof value === "string" && value !== ""
      ? value.slice(0, maxLabelLength).toWellFormed()
      : undefined;
  };
  return present({ source: read("source"), revision: read("revision"), version: read("version") });
}
