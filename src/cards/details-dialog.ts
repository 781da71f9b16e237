import type { Dialog } from "../nouns/dialog.ts";
import type { Happening } from "../nouns/happening.ts";
import { bold, code, type Text, text, time } from "../nouns/text.ts";
import { stateOf } from "./facets/artifact-state.ts";
import type { ArtifactView } from "./facets/artifact-view.ts";
import { titleOf } from "./facets/digest-name.ts";
import { fact, factsOf } from "./facets/facts.ts";
import { operationDetails } from "./facets/operation-details.ts";
import { regionsOf } from "./facets/regions.ts";
import { runningOf } from "./facets/running-line.ts";
import { byteSize } from "./text/byte-size.ts";
import { codeOf, endsOf, listed, startOf } from "./text/shown-text.ts";
import { sourceOf } from "./text/source-link.ts";
import { shown } from "./text/text-limits.ts";

/** Everything that is known of an artifact, nothing cut that fits: what the Details button shows. */
export function buildDetailsDialog(
  view: ArtifactView,
  history: readonly Happening[],
  reference: string,
): Dialog {
  return {
    title: "Details",
    danger: false,
    body: [
      text(bold(endsOf(titleOf(view), "title")), " in ", code(view.artifact.registry)),
      ...identity(view).map(line),
      ...factsOf(view, stateOf(view))
        .filter(({ label }) => label !== "Digest" && label !== "Source")
        .map(line),
      ...made(view).map(line),
      ...where(view).map(line),
      ...operationDetails(view),
      ...story(history),
    ],
    inputs: [],
    reference,
  };
}

function line({ label, value }: { readonly label: string; readonly value: Text }): Text {
  return text(bold(label), "  ", value);
}

function identity({ artifact, loginServer }: ArtifactView) {
  const { digest, repository } = artifact;
  return [
    ...fact("Digest", copyable(digest)),
    ...fact("Pull", digest === "" ? undefined : copyable(`${loginServer}/${repository}@${digest}`)),
    ...fact("Kind", copyable(artifact.kind)),
    ...fact("Media type", copyable(artifact.mediaType)),
  ];
}

function made({ artifact }: ArtifactView) {
  const { labels, manifestBytes } = artifact;
  return [
    ...fact("Pushed with", copyable(artifact.userAgent)),
    ...fact("Manifest", manifestBytes === undefined ? undefined : text(byteSize(manifestBytes))),
    ...fact("Version label", copyable(labels.version)),
    ...fact("Revision label", copyable(labels.revision)),
    ...fact("Source", sourceOf(labels)),
    ...fact("Index of", many(artifact.children)),
    ...fact("Attached", many(artifact.referrers.map(({ kind, digest }) => `${kind} ${digest}`))),
    ...fact("Verified", verified(artifact.verification)),
  ];
}

function where(view: ArtifactView) {
  return [
    ...fact("Tags", many(view.tags.map(({ tag }) => tag))),
    ...fact("Regions", regionsOf(view.artifact)),
    ...fact("Now running", runningOf(view, stateOf(view))),
  ];
}

function verified(verification: ArtifactView["artifact"]["verification"]): Text {
  if (verification.state === "verified") return text("by the registry, ", time(verification.at));
  const why = startOf(verification.why, "detail");
  return text(verification.state === "mismatched" ? `no: ${why}` : `not yet ${why}`.trim());
}

function copyable(value: string | undefined): Text | undefined {
  const said = startOf(value, "detail");
  return said === "" ? undefined : text(code(said));
}

function many(values: readonly string[]): Text {
  return listed(
    values.map((value) => codeOf(value, "title")),
    shown.history,
    " ",
  );
}

function story(history: readonly Happening[]): readonly Text[] {
  if (history.length === 0) return [];
  const lines = history
    .slice(0, shown.history)
    .map(({ at, what }) => text(time(at), " · ", startOf(what, "outcome")));
  return [text(bold("History")), ...lines];
}
