import type { Artifact } from "../../nouns/artifact.ts";
import { type Placement, previousDigests } from "../../nouns/placement.ts";
import { previousOf, waysBack } from "../../policy/previous.ts";
import type { Store } from "../../store/store.ts";

// Older images than these are deployed by name, not gone back to.
const mostLookedAt = 10;

/** By target: the image that can be gone back to now; a target with none is left out. */
export async function previousByTarget(
  placements: readonly Placement[],
  store: Pick<Store, "findArtifact">,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const placement of placements) {
    const known: Artifact[] = [];
    for (const digest of previousDigests(placement).slice(0, mostLookedAt)) {
      const artifact = await store.findArtifact({ ...placement, digest });
      if (artifact !== undefined) known.push(artifact);
      // The first sound one is the answer: nothing older has to be read.
      if (previousOf(placement, known) !== undefined) break;
    }
    const previous = previousOf(placement, known);
    if (previous !== undefined) found.set(placement.target, previous);
  }
  return found;
}

/** The digests that a placement can go back to now, newest first. */
export async function readWaysBack(
  placement: Placement,
  store: Pick<Store, "findArtifact">,
): Promise<readonly string[]> {
  const digests = previousDigests(placement).slice(0, mostLookedAt);
  const known = await Promise.all(digests.map((digest) => store.findArtifact({ ...placement, digest })));
  return waysBack(
    placement,
    known.filter((one) => one !== undefined),
  );
}
