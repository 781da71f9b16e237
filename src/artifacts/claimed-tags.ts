import { quarantineOf, type TagState } from "../nouns/artifact.ts";
import { present } from "../present.ts";
import type { ArtifactChange, KnownArtifact } from "../store/store.ts";

// A tag that the registry does not have so long after its push was never there, or is gone.
const tagIsFinalAfterMs = 60_000;

/** Of tags in dispute those that the registry has on the digest are in dispute no more; those in `settled` come first. */
export function undisputed(
  { tags }: KnownArtifact,
  has: readonly string[] | undefined,
  settled: readonly TagState[],
): readonly TagState[] {
  const confirmed = tags
    .filter(({ tag, disputed }) => disputed && has?.includes(tag))
    .filter(({ tag }) => settled.every((one) => one.tag !== tag));
  return [...settled, ...confirmed.map((tag) => ({ ...tag, disputed: false }))];
}

/**
 * Takes back tags that pushes claimed and the registry does not have on the digest, and calls the card by another. A tag
 * that moved within the last minute may still be on its way to a replica.
 */
export function withoutDeniedTags(
  known: KnownArtifact,
  change: ArtifactChange,
  has: readonly string[] | undefined,
  at: number,
): ArtifactChange {
  const { artifact } = change;
  // The tag of a quarantined image appears with its release.
  if (has === undefined || artifact.deletedAt !== undefined || quarantineOf(artifact) === "held")
    return change;
  const settled = new Set(change.tags?.map(({ tag }) => tag));
  const missing = known.tags.filter(({ tag }) => !has.includes(tag) && !settled.has(tag));
  if (missing.length === 0) return change;
  const late = missing.filter(({ movedAt }) => at - movedAt > tagIsFinalAfterMs);
  if (late.length === 0)
    return { ...change, due: { verify: Math.min(at + tagIsFinalAfterMs, change.due?.verify ?? Infinity) } };
  const denied = late.map(({ tag }) => tag);
  const { announcedTag, ...own } = artifact;
  const isDenied = announcedTag !== undefined && denied.includes(announcedTag);
  const tag = isDenied ? known.tags.find((one) => has.includes(one.tag))?.tag : announcedTag;
  const what = `the registry has no tag ${denied.join(", ")} that points to it`;
  const { tags, removedTags, back } = takenBack(late, at);
  return {
    ...change,
    artifact: present({ ...own, announcedTag: tag }),
    tags: [...(change.tags ?? []), ...tags],
    removedTags,
    alsoVerify: back,
    alsoTouch: [...(change.alsoTouch ?? []), ...back],
    happenings: [...(change.happenings ?? []), { at, step: "verify", what }],
  };
}

/** Where tags point when a claim of them was false: to where they did before it, and the registry is asked there. */
export function takenBack(claims: readonly TagState[], at: number) {
  const tags = claims.flatMap(({ tag, previousDigest: digest, movedAt }): TagState[] =>
    digest === undefined ? [] : [{ tag, digest, movedAt: Math.min(movedAt, at), disputed: false }],
  );
  const removedTags = claims.filter((one) => one.previousDigest === undefined).map(({ tag }) => tag);
  return { tags, removedTags, back: [...new Set(tags.map(({ digest }) => digest))] };
}
