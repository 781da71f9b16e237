import type { Artifact, TagState } from "../nouns/artifact.ts";

// Two pushes of one tag closer together than this cannot be put in order by their times: the clocks of replicas differ.
export const tagRaceMs = 5_000;

/**
 * Where a tag points after a push of `digest` at `at`: the newer push wins; two digests that claim it within
 * `tagRaceMs` leave it disputed until the registry is asked. Gives undefined where nothing changes.
 */
export function moveTag(
  known: TagState | undefined,
  claim: { readonly tag: string; readonly digest: string; readonly at: number },
): TagState | undefined {
  const { tag, digest, at: movedAt } = claim;
  if (known === undefined) return { tag, digest, movedAt, disputed: false };
  // Pushed there again: nothing moves, but an older claim that comes late must not win.
  if (known.digest === claim.digest)
    return claim.at > known.movedAt ? { ...known, movedAt: claim.at } : undefined;
  const close = Math.abs(claim.at - known.movedAt) < tagRaceMs;
  if (movedAt > known.movedAt) return { tag, digest, movedAt, disputed: close, previousDigest: known.digest };
  return close && !known.disputed ? { ...known, disputed: true } : undefined;
}

/** Where a tag points after the registry was asked at `at`: its answer ends every dispute. */
export function confirmTag(
  known: TagState | undefined,
  tag: string,
  digest: string,
  at: number,
): TagState | undefined {
  if (known === undefined) return { tag, digest, movedAt: at, disputed: false };
  if (known.digest === digest) return known.disputed ? { ...known, disputed: false } : undefined;
  return { tag, digest, movedAt: at, disputed: false, previousDigest: known.digest };
}

// cosign and ORAS attach by a tag that names the subject's digest: sha256-<hex>[.sig|.att|.sbom].
const referrerTag = /^sha256-([0-9a-f]{64})(?:\.(sig|att|sbom))?$/;

const kindsByEnding = new Map<string, "signature" | "attestation" | "sbom">([
  ["sig", "signature"],
  ["att", "attestation"],
  ["sbom", "sbom"],
]);

/** What a `sha256-…` tag belongs to and as what; undefined for every other tag. */
export function referrerOfTag(
  tag: string,
): { readonly subject: string; readonly kind: "signature" | "attestation" | "sbom" | "other" } | undefined {
  const [, hex, ending = ""] = referrerTag.exec(tag) ?? [];
  if (hex === undefined) return undefined;
  return { subject: `sha256:${hex}`, kind: kindsByEnding.get(ending) ?? "other" };
}

/** Whether it belongs to another artifact only because an event named it by such a tag. */
export function isClaimedByTag({ announcedTag, parent }: Pick<Artifact, "announcedTag" | "parent">): boolean {
  return (
    parent !== undefined && announcedTag !== undefined && referrerOfTag(announcedTag)?.subject === parent
  );
}

/** The artifact as one of its own, if it was taken for a part of another only by its tag. */
export function withoutTagClaim(artifact: Artifact): Artifact {
  if (!isClaimedByTag(artifact)) return artifact;
  const { parent, ...own } = artifact;
  return { ...own, kind: "unknown" };
}
