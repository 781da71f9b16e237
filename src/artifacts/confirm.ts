import type { Artifact, TagState } from "../nouns/artifact.ts";
import type { Examination, VerifiedFacts } from "../registry/verify.ts";
import type { ArtifactChange, KnownArtifact } from "../store/store.ts";
import { confirmTag, isClaimedByTag } from "./move-tag.ts";

/** What is asked of the registry is asked again after so long when it did not have the artifact (a replica may lag). */
const askAgainAfterAbsentMs = 30_000;
// A push that the registry still denies after this is not a matter of replication any more.
const absentIsFinalAfterMs = 10 * 60_000;
// A delete that the registry still denies after this never was one; until then a replica may lag.
const deleteIsFinalAfterMs = 60_000;
const askAgainAfterDeleteMs = 10_000;
// What an event said of the bytes is dropped after this and the registry asked anew: its digest proves them. Else one
// false event would keep an image from being deployed, or rolled back to, for ever.
const doubtMs = 60_000;

/**
 * What the registry's own word changes in what we know of an artifact: pure. Its word ends every dispute. What has
 * happened since it was `asked` about is asked about again.
 */
export function confirm(
  known: KnownArtifact,
  asked: Artifact,
  finding: Examination,
  now: number,
): ArtifactChange | undefined {
  const change = confirmAsked(known, finding, now);
  if (change === undefined || !hasMoreHappened(asked, known.artifact)) return change;
  return { ...change, due: { ...change.due, verify: now } };
}

function hasMoreHappened(asked: Artifact, now: Artifact | undefined): boolean {
  return (
    asked.pushedAt !== now?.pushedAt ||
    asked.quarantinedAt !== now?.quarantinedAt ||
    asked.deletedAt !== now?.deletedAt ||
    asked.announcedTag !== now?.announcedTag
  );
}

function confirmAsked(known: KnownArtifact, finding: Examination, now: number): ArtifactChange | undefined {
  const { artifact } = known;
  if (artifact === undefined) return undefined;
  const tags = tagChanges(artifact, known, finding, now);
  const moved = tags.map((tag) => tag.previousDigest).filter((digest) => digest !== undefined);
  const base = {
    tags,
    touchAt: now,
    alsoTouch: [...moved, ...tags.map((tag) => tag.digest)].filter((digest) => digest !== artifact.digest),
  };
  if (finding.outcome === "verified") return confirmNamed(known, artifact, finding, base, now);
  if (finding.outcome === "absent") return confirmAbsent(artifact, finding.why, base, now);
  const { mediaType, manifestBytes, ...unclaimed } = artifact;
  const isClaim = mediaType !== undefined || manifestBytes !== undefined;
  return {
    ...base,
    artifact: { ...unclaimed, verification: { state: "mismatched", at: now, why: finding.why } },
    due: { verify: isClaim ? now + doubtMs : null },
    happenings: [{ at: now, step: "verify", what: `the registry says otherwise: ${finding.why}` }],
  };
}

type Base = Omit<ArtifactChange, "artifact" | "alsoTouch"> & { readonly alsoTouch: readonly string[] };
type Verified = Extract<Examination, { outcome: "verified" }>;

const ownKinds: readonly Artifact["kind"][] = ["image", "index", "helm-chart"];

/**
 * A tag such as sha256-….sig that the registry does not have makes no image a part of another, and names none: else
 * one false event would keep the image's cards from being shown.
 */
function confirmNamed(
  known: KnownArtifact,
  artifact: Artifact,
  { facts, tagDigest }: Verified,
  base: Base,
  now: number,
): ArtifactChange {
  const { announcedTag, parent, ...own } = artifact;
  const isFalse =
    isClaimedByTag(artifact) &&
    facts.subject === undefined &&
    tagDigest !== artifact.digest &&
    ownKinds.includes(facts.kind);
  if (!isFalse || announcedTag === undefined) return confirmPresent(artifact, facts, base, now);
  const tag = known.tags.find((one) => one.tag !== announcedTag)?.tag;
  const removedTags = known.namedTag?.digest === artifact.digest ? [announcedTag] : [];
  const named = { ...own, ...(tag === undefined ? {} : { announcedTag: tag }) };
  const change = confirmPresent(named, facts, { ...base, removedTags }, now);
  const what = `the registry has no tag ${announcedTag} that points to it: it is no part of ${parent}`;
  return { ...change, happenings: [...(change.happenings ?? []), { at: now, step: "verify", what }] };
}

function confirmPresent(artifact: Artifact, facts: VerifiedFacts, base: Base, now: number): ArtifactChange {
  const { deletedAt, ...present } = artifact;
  // A replica may lag; what the registry still has after that was never deleted, whoever said so.
  if (deletedAt !== undefined && now - deletedAt <= deleteIsFinalAfterMs) {
    const why = "a delete event arrived, but the registry still has this manifest";
    const verification = { state: "mismatched", at: now, why } as const;
    return {
      ...base,
      artifact: { ...artifact, verification },
      due: { verify: now + askAgainAfterDeleteMs },
      happenings: [{ at: now, step: "verify", what: why }],
    };
  }
  const { quarantine, subject, ...own } = facts;
  const parent = subject ?? artifact.parent;
  const confirmed: Artifact = {
    ...present,
    ...(deletedAt === undefined ? {} : { tagsWhenDeleted: [] }),
    ...own,
    ...(parent === undefined ? {} : { parent }),
    ...(quarantine === undefined ? {} : { registryQuarantine: { ...quarantine, at: now } }),
    verification: { state: "verified", at: now },
  };
  return {
    ...base,
    artifact: confirmed,
    claims: facts.children,
    due: { verify: null },
    alsoTouch: subject === undefined ? base.alsoTouch : [...base.alsoTouch, subject],
    happenings:
      artifact.verification.state === "verified"
        ? []
        : [{ at: now, step: "verify", what: "the registry confirmed its bytes, media type and tag" }],
  };
}

function confirmAbsent(artifact: Artifact, why: string, base: Base, now: number): ArtifactChange {
  if (artifact.deletedAt !== undefined)
    return {
      ...base,
      artifact: { ...artifact, verification: { state: "verified", at: now } },
      due: { verify: null },
    };
  const ageMs = now - (artifact.pushedAt ?? artifact.quarantinedAt ?? artifact.firstSeenAt);
  const final = ageMs > absentIsFinalAfterMs;
  return {
    ...base,
    artifact: {
      ...artifact,
      verification: final ? { state: "mismatched", at: now, why } : { state: "unverified", why },
    },
    due: { verify: final ? null : now + askAgainAfterAbsentMs },
    happenings: [{ at: now, step: "verify", what: `the registry does not have it: ${why}` }],
  };
}

function tagChanges(
  artifact: Artifact,
  known: KnownArtifact,
  finding: Examination,
  now: number,
): readonly TagState[] {
  const { announcedTag } = artifact;
  const { tagDigest } = finding;
  if (announcedTag === undefined || tagDigest === undefined || tagDigest === null) return [];
  // Before a release a quarantined image's tag points to the image of before: that is where it is, and no dispute.
  const change = confirmTag(known.namedTag, announcedTag, tagDigest, now);
  return change === undefined ? [] : [change];
}
