import type { ImageLabels } from "../../nouns/artifact.ts";

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
  const [source, revision, version] = [read("source"), read("revision"), read("version")];
  return {
    ...(source === undefined ? {} : { source }),
    ...(revision === undefined ? {} : { revision }),
    ...(version === undefined ? {} : { version }),
  };
}
