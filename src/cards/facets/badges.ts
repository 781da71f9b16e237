import type { Artifact, ArtifactKind } from "../../nouns/artifact.ts";

const attached: Partial<Record<ArtifactKind, string>> = {
  sbom: "📋 SBOM attached",
  // Nobody has checked it here: a signature that is merely there proves nothing.
  signature: "✍️ signature attached, not verified",
  attestation: "📜 attestation attached",
};
const kinds: Partial<Record<ArtifactKind, string>> = {
  "helm-chart": "⎈ Helm chart",
  "legacy-chart": "⎈ Helm chart (legacy repository)",
};

/** What the artifact is, if not an image, and what is attached to it; each once. */
export function badgesOf(artifact: Artifact): readonly string[] {
  const own = kinds[artifact.kind];
  const found = artifact.referrers.flatMap(({ kind }) => attached[kind] ?? []);
  return [...new Set([...(own === undefined ? [] : [own]), ...found])];
}
