import type { Artifact } from "../nouns/artifact.ts";
import type { Happening } from "../nouns/happening.ts";
import type { RegistryEvent, Sighting } from "../nouns/registry-event.ts";

/** Whether it is about the Helm charts of legacy repositories. */
export function isChartEvent({ action }: RegistryEvent): boolean {
  return action === "chart_push" || action === "chart_delete";
}

/**
 * Whether it may still be a chart of a legacy repository. What anything else has told of is none: those repositories were
 * retired in September 2025, so a chart event with the digest of an image is somebody's invention.
 */
export function mayBeChart(artifact: Artifact): boolean {
  const { kind, pushedAt, quarantinedAt, deletedAt, parent, verification } = artifact;
  if (kind === "legacy-chart") return true;
  const isUnheardOf = (pushedAt ?? quarantinedAt ?? deletedAt ?? parent) === undefined;
  return kind === "unknown" && isUnheardOf && verification.state === "unverified";
}

/** The line of the story that says so. */
export function notAChart({ receivedAt }: Sighting): Happening {
  return { at: receivedAt, step: "route", what: "it is no Helm chart: nothing of that event is believed" };
}

/** The artifact as an image, if only chart events had told of it. */
export function withoutChart(artifact: Artifact): Artifact {
  if (artifact.kind !== "legacy-chart") return artifact;
  const { chart, ...own } = artifact;
  return { ...own, kind: "unknown" };
}
