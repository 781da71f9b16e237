import type { Artifact, TagState } from "../nouns/artifact.ts";
import { present } from "../present.ts";
import type { Examination, VerifiedFacts } from "../registry/verify.ts";
import type { ArtifactChange, KnownArtifact } from "../store/store.ts";
import { takenBack, undisputed, withoutDeniedTags } from "./claimed-tags.ts";
import { confirmTag, isClaimedByTag } from "./move-tag.ts";
import { withFacts } from "./with-facts.ts";

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
// Other bytes than the digest says were damaged on the way, or in the registry, until somebody mends it.
const otherBytesMs = 10 * 60_000;

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
  if (finding.outcome === "verified") return confirmNamed(known, artifact, finding, base);
  if (finding.outcome === "absent") return confirmAbsent(known, artifact, finding.why, base);
  const { mediaType, manifestBytes, ...unclaimed } = artifact;
  const isClaim = mediaType !== undefined || manifestBytes !== undefined;
  const verification = { state: "mismatched", at: now, why: finding.why } as const;
  const told = `the registry says otherwise: ${finding.why}`;
  return verified(base, { ...unclaimed, verification }, now + (isClaim ? doubtMs : otherBytesMs), told);
}

/** What changes in any case, at the time of `touchAt`. */
interface Base extends Omit<ArtifactChange, "artifact"> {
  readonly touchAt: number;
  readonly tags: readonly TagState[];
  readonly alsoTouch: readonly string[];
}

/** The change to an artifact that is to be asked about again at `verify`, and the line of its story. */
function verified(base: Base, artifact: Artifact, verify: number | null, what?: string): ArtifactChange {
  const happenings = what === undefined ? [] : [{ at: base.touchAt, step: "verify" as const, what }];
  return { ...base, artifact, due: { verify }, happenings };
}

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
): ArtifactChange {
  const { announcedTag, parent, ...own } = artifact;
  const isFalse =
    isClaimedByTag(artifact) &&
    facts.subject === undefined &&
    tagDigest !== artifact.digest &&
    ownKinds.includes(facts.kind);
  if (!isFalse || announcedTag === undefined)
    return withoutDeniedTags(
      known,
      confirmPresent(artifact, facts, { ...base, tags: undisputed(known, facts.tags, base.tags) }),
      facts.tags,
      base.touchAt,
    );
  const tag = known.tags.find((one) => one.tag !== announcedTag)?.tag;
  const removedTags = known.namedTag?.digest === artifact.digest ? [announcedTag] : [];
  const named = present({ ...own, announcedTag: tag });
  const change = confirmPresent(named, facts, { ...base, removedTags });
  const what = `the registry has no tag ${announcedTag} that points to it: it is no part of ${parent}`;
  const denied = { at: base.touchAt, step: "verify", what } as const;
  return { ...change, happenings: [...(change.happenings ?? []), denied] };
}

function confirmPresent(artifact: Artifact, facts: VerifiedFacts, base: Base): ArtifactChange {
  const { deletedAt } = artifact;
  const at = base.touchAt;
  // A replica may lag; what the registry still has after that was never deleted, or is back.
  if (deletedAt !== undefined && at - deletedAt <= deleteIsFinalAfterMs) {
    const why = "a delete event arrived, but the registry still has this manifest";
    const doubted: Artifact = { ...artifact, verification: { state: "mismatched", at, why } };
    return verified(base, doubted, at + askAgainAfterDeleteMs, why);
  }
  const { confirmed, askAgainAt } = withFacts(artifact, facts, at);
  const { subject, labelsUnread } = facts;
  const alsoTouch = [...base.alsoTouch, ...(subject === undefined ? [] : [subject])];
  const told = newsOf(artifact, confirmed);
  const unread = labelsUnread === undefined ? "" : `, but its labels could not be read: ${labelsUnread}`;
  const what = told === undefined ? undefined : `${told}${unread}`;
  return verified({ ...base, claims: facts.children, alsoTouch }, confirmed, askAgainAt, what);
}

/** What its story says of a confirmation: nothing of one that only repeats another. */
function newsOf(before: Artifact, now: Artifact): string | undefined {
  const lost = (now.lostPlatforms ?? []).join(", ");
  if (lost !== (before.lostPlatforms ?? []).join(", "))
    return lost === "" ? "the registry has all its platforms again" : `the registry has it without ${lost}`;
  if (before.deletedAt !== undefined) return "the registry has it, though it was deleted: it is there again";
  return before.verification.state === "verified"
    ? undefined
    : "the registry confirmed its bytes, media type and tag";
}

function confirmAbsent({ tags }: KnownArtifact, artifact: Artifact, why: string, base: Base): ArtifactChange {
  const at = base.touchAt;
  const { deletedAt } = artifact;
  if (deletedAt !== undefined) {
    const removedTags = tags.filter(({ movedAt }) => movedAt <= deletedAt).map(({ tag }) => tag);
    const gone: Artifact = { ...artifact, verification: { state: "verified", at } };
    return verified({ ...base, removedTags }, gone, null);
  }
  if (artifact.verification.state === "verified") return confirmMissed(artifact, tags, why, base);
  const ageMs = at - bornAt(artifact);
  const isFinal = ageMs > absentIsFinalAfterMs;
  const verification = isFinal
    ? ({ state: "mismatched", at, why } as const)
    : ({ state: "unverified", why, asked: "denied" } as const);
  // Seldomer and seldomer: three thousand false pushes must not use up what the registry allows.
  const askAgainAt = isFinal ? null : at + Math.max(askAgainAfterAbsentMs, ageMs / 2);
  const settled = new Set(base.tags.map(({ tag }) => tag));
  const { back, ...taken } = takenBack(
    tags.filter(({ tag }) => !settled.has(tag)),
    at,
  );
  const told = `the registry does not have it: ${why}`;
  const change = verified(base, { ...artifact, verification }, askAgainAt, told);
  return {
    ...change,
    tags: [...base.tags, ...taken.tags],
    removedTags: taken.removedTags,
    alsoVerify: back,
    alsoTouch: [...base.alsoTouch, ...back],
  };
}

function bornAt({ pushedAt, quarantinedAt, firstSeenAt }: Artifact): number {
  return pushedAt ?? quarantinedAt ?? firstSeenAt;
}

/** What the registry had confirmed and has no more was deleted, whether or not an event tells of it. */
function confirmMissed(
  artifact: Artifact,
  tags: readonly TagState[],
  why: string,
  base: Base,
): ArtifactChange {
  const at = base.touchAt;
  const { missedAt = at, ...own } = artifact;
  // Of a push so young another replica may have confirmed it, and this one may not have it yet.
  const finalAt = Math.max(missedAt + askAgainAfterAbsentMs, bornAt(artifact) + absentIsFinalAfterMs);
  if (at < finalAt) {
    const told = artifact.missedAt === undefined ? `the registry does not have it: ${why}` : undefined;
    return verified(base, { ...artifact, missedAt }, Math.min(finalAt, at + askAgainAfterAbsentMs), told);
  }
  const tagsWhenDeleted = tags.map(({ tag }) => tag);
  const verification = { state: "verified", at } as const;
  const gone: Artifact = { ...own, deletedAt: missedAt, tagsWhenDeleted, verification };
  const told = "the registry still does not have it: it was deleted, and no event has told of that";
  return verified({ ...base, removedTags: tagsWhenDeleted }, gone, null, told);
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
