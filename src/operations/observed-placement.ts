import type { ArtifactKey } from "../nouns/artifact.ts";
import { currentOf, type Placement, type PlacementKey } from "../nouns/placement.ts";
import type { Store } from "../store/store.ts";
import type { Observed } from "./target-port.ts";

/**
 * The digest that people know an observed image by. A pod may name the manifest of its platform where the index was
 * deployed, or the other way round: the index stands for its children.
 */
export async function knownDigest(key: ArtifactKey, store: Pick<Store, "findArtifact">): Promise<string> {
  const artifact = await store.findArtifact(key);
  if (artifact?.parent === undefined) return key.digest;
  const parent = await store.findArtifact({ ...key, digest: artifact.parent });
  return parent?.children.includes(key.digest) === true ? parent.digest : key.digest;
}

/** A placement as it was just observed; what cannot be observed is as it was last known. */
export async function withObserved(
  key: PlacementKey,
  placement: Placement | undefined,
  observed: Observed | undefined,
  deps: { readonly store: Pick<Store, "findArtifact">; readonly now: number },
): Promise<Placement | undefined> {
  if (observed?.kind !== "runs") return placement;
  const digest = await knownDigest({ ...key, digest: observed.digest }, deps.store);
  if (currentOf(placement)?.digest === digest) return placement;
  return {
    ...key,
    history: [...(placement?.history ?? []), { digest, at: deps.now, how: "observed" }],
  };
}
