import { quarantineOf } from "../../nouns/artifact.ts";
import type { ArtifactView } from "../facets/artifact-view.ts";
import { type ActOffer, hasFailed, isBusy, offer } from "./button-offer.ts";

/** Release… and Reject… while it waits for a decision, Review again… once it was rejected. */
export function reviewOffers(view: ArtifactView): readonly ActOffer[] {
  const quarantine = quarantineOf(view.artifact);
  if (!view.reviewable || isBusy(view)) return [];
  if (quarantine !== "held" && quarantine !== "failed") return [];
  const seen = { verb: "release", digest: view.artifact.digest, expectedQuarantine: quarantine } as const;
  if (quarantine === "failed") return [offer(view, { ...seen, label: "Review again…", style: "default" })];
  return [
    offer(view, { ...seen, label: label(view, "release", "Release…"), style: "primary" }),
    offer(view, { ...seen, verb: "reject", label: label(view, "reject", "Reject…"), style: "danger" }),
  ];
}

function label(view: ArtifactView, verb: "release" | "reject", words: string): string {
  return hasFailed(view, verb) ? `Retry ${words.toLowerCase()}` : words;
}
