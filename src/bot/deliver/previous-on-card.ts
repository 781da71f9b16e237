import type { Artifact } from "../../nouns/artifact.ts";
import { type Placement, previousDigests } from "../../nouns/placement.ts";
import type { Target } from "../../nouns/target.ts";
import { waysBack } from "../../policy/previous.ts";
import { ownOf } from "../../policy/question.ts";
import type { Store } from "../../store/store.ts";

// Older images than these are deployed by name, not gone back to.
const mostLookedAt = 10;

/** By target: the image that can be gone back to now; a target with none is left out. */
export async function previousByTarget(
  placements: readonly Placement[],
  targets: Readonly<Record<string, Target>>,
  store: Pick<Store, "findArtifact">,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const placement of placements) {
    const [previous] = await readWaysBack(placement, targets, store, 1);
    if (previous !== undefined) found.set(placement.target, previous);
  }
  return found;
}

/** At most `most` digests that a placement can go back to now, newest first; no more artifacts are read than it takes. */
export async function readWaysBack(
  placement: Placement,
  targets: Readonly<Record<string, Target>>,
  store: Pick<Store, "findArtifact">,
  most = mostLookedAt,
): Promise<readonly string[]> {
  const target = ownOf(targets, placement.target);
  if (target === undefined) return [];
  const known: Artifact[] = [];
  for (const digest of previousDigests(placement).slice(0, mostLookedAt)) {
    const artifact = await store.findArtifact({ ...placement, digest });
    if (artifact !== undefined) known.push(artifact);
    if (waysBack(placement, known, target).length >= most) break;
  }
  return waysBack(placement, known, target);
}
