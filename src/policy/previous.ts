import { type Artifact, quarantineOf } from "../nouns/artifact.ts";
import { type Placement, previousDigests } from "../nouns/placement.ts";

/**
 * The images that a placement can go back to, newest first: those that were healthy there before the current one, were
 * not rolled back from, and are still there, confirmed, and neither rejected nor quarantined.
 */
export function waysBack(placement: Placement | undefined, known: readonly Artifact[]): readonly string[] {
  return previousDigests(placement).filter((digest) => {
    const artifact = known.find((one) => one.digest === digest);
    return artifact !== undefined && isThere(artifact);
  });
}

/** The newest of them; undefined: there is none. */
export function previousOf(placement: Placement | undefined, known: readonly Artifact[]): string | undefined {
  return waysBack(placement, known)[0];
}

function isThere(artifact: Artifact): boolean {
  if (artifact.deletedAt !== undefined || artifact.verification.state !== "verified") return false;
  const quarantine = quarantineOf(artifact);
  return quarantine !== "held" && quarantine !== "failed";
}
