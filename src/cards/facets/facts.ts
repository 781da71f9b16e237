import type { Artifact, ArtifactKind } from "../../nouns/artifact.ts";
import type { Fact } from "../../nouns/card.ts";
import { code, type Text, text, time } from "../../nouns/text.ts";
import { byteSize, sizeChange } from "../text/byte-size.ts";
import { cleanLine } from "../text/clean-text.ts";
import { codeOf, listed, startOf } from "../text/shown-text.ts";
import { sourceOf } from "../text/source-link.ts";
import { shown } from "../text/text-limits.ts";
import type { ArtifactState } from "./artifact-state.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { environmentTags, shortDigest, shownTag } from "./digest-name.ts";
import { scanFacts } from "./scan-facts.ts";

/** The card's facts, the most wanted first: a renderer that runs out of room drops the last. */
export function factsOf(view: ArtifactView, state: ArtifactState): readonly Fact[] {
  const { artifact } = view;
  return [
    ...fact("Digest", artifact.digest === "" ? undefined : text(code(shortDigest(artifact.digest)))),
    ...fact("Repository", artifact.kind === "legacy-chart" ? text(code(artifact.repository)) : undefined),
    ...fact("Pushed", pushed(view)),
    ...fact("Size", size(view)),
    ...fact("Platforms", platforms(artifact.platforms)),
    ...scanFacts(view),
    ...fact("Source", sourceOf(artifact.labels)),
    ...fact(state.kind === "deleted" ? "Had tags" : "Also tagged", otherTags(view, state)),
    ...fact("Connected registry", optional(artifact.connectedRegistry)),
  ];
}

/** One fact, or none if there is nothing to say. */
export function fact(label: string, value: Text | undefined): readonly Fact[] {
  return value === undefined || value.length === 0 ? [] : [{ label, value }];
}

function optional(value: string | undefined): Text | undefined {
  return value === undefined || value === "" ? undefined : text(code(startOf(value, "name")));
}

function pushed({ artifact }: ArtifactView): Text | undefined {
  const at = artifact.pushedAt ?? artifact.quarantinedAt;
  if (at === undefined) return undefined;
  // `docker/24.0.5` of docker's long user agent: ACR names no person, so this is all that is known of who pushed.
  const [client] = cleanLine(artifact.userAgent ?? "")
    .trim()
    .split(" ");
  return text(time(at), client ? [" with ", code(startOf(client, "userAgent"))] : undefined);
}

function size({ artifact, replaced }: ArtifactView): Text | undefined {
  const { imageBytes } = artifact;
  if (imageBytes === undefined || !Number.isFinite(imageBytes)) return undefined;
  const before = replaced?.imageBytes;
  const change = before === undefined ? "" : ` (${sizeChange(before, imageBytes)})`;
  return text(`${byteSize(imageBytes)}${change}`);
}

function platforms(all: readonly string[]): Text {
  return listed(
    all.map((platform) => startOf(platform, "name")),
    shown.platforms,
    " · ",
  );
}

function otherTags(view: ArtifactView, state: ArtifactState): Text | undefined {
  const environment = environmentTags(view);
  const all =
    state.kind === "deleted"
      ? view.artifact.tagsWhenDeleted
      : view.tags.map(({ tag }) => tag).filter((tag) => tag !== shownTag(view) && !environment.has(tag));
  return tagList(all);
}

/** Tags as code, so that they can be copied; a long list says how many more there are. */
export function tagList(all: readonly string[]): Text | undefined {
  const codes = all.map((tag) => codeOf(tag, "name"));
  return codes.length === 0 ? undefined : listed(codes, shown.tags, " ");
}

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
  const unread = artifact.labelsUnreadSince === undefined ? [] : ["🏷️ labels not readable"];
  return [...new Set([...(own === undefined ? [] : [own]), ...found, ...unread])];
}
