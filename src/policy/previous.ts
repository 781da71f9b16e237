import { type Artifact, quarantineOf } from "../nouns/artifact.ts";
import { type Placement, previousDigests } from "../nouns/placement.ts";
import { type Target, takesKind } from "../nouns/target.ts";

/**
 * The images that a placement can go back to, newest first: those that were healthy there before the current one, were
 * not rolled back from, are still there, confirmed, neither rejected nor quarantined, and of a kind that the target takes.
 */
export function waysBack(
  placement: Placement | undefined,
  known: readonly Artifact[],
  target: Target,
): readonly string[] {
  return previousDigests(placement).filter((digest) => {
    const artifact = known.find((one) => one.digest === digest);
    return artifact !== undefined && isThere(artifact) && takesKind(target, artifact.kind);
  });
}

/** The newest of them; undefined: there is none. */
export function previousOf(...of: Parameters<typeof waysBack>): string | undefined {
  return waysBack(...of)[0];
}

function isThere(artifact: Artifact): boolean {
  if (artifact.deletedAt !== undefined || artifact.verification.state !== "verified") return false;
  const quarantine = quarantineOf(artifact);
  return quarantine !== "held" && quarantine !== "failed";
}
