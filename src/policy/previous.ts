import { type Artifact, quarantineOf } from "../nouns/artifact.ts";
import { type Placement, previousDigests } from "../nouns/placement.ts";

/**
 * The image that a placement can go back to: the newest healthy one before the current that was not rolled back from
 * and is still there, confirmed, and neither rejected nor quarantined. Undefined: there is none.
 */
export function previousOf(placement: Placement | undefined, known: readonly Artifact[]): string | undefined {
  return previousDigests(placement).find((digest) => {
    const artifact = known.find((one) => one.digest === digest);
    return artifact !== undefined && isThere(artifact);
  });
}

function isThere(artifact: Artifact): boolean {
  if (artifact.deletedAt !== undefined || artifact.verification.state !== "verified") return false;
  const quarantine = quarantineOf(artifact);
  return quarantine !== "held" && quarantine !== "failed";
}
