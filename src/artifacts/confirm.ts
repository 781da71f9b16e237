import type { Artifact, TagState } from "../nouns/artifact.ts";
import { present } from "../present.ts";
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
// Other bytes than the digest says were damaged on the way, or in the registry, until somebody mends it.
const otherBytesMs = 10 * 60_000;

// Labels that cannot be read are decoration: it is tried again ever more slowly, and given up after a week.
const labelsPauses = { firstMs: 60_000, longestMs: 6 * 60 * 60_000, givenUpMs: 7 * 24 * 60 * 60_000 };

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
  if (finding.outcome === "absent") return confirmAbsent(artifact, finding.why, base);
  const { mediaType, manifestBytes, ...unclaimed } = artifact;
  const isClaim = mediaType !== undefined || manifestBytes !== undefined;
  const verification = { state: "mismatched", at: now, why: finding.why } as const;
  const told = `the registry says otherwise: ${finding.why}`;
  return verified(base, { ...unclaimed, verification }, now + (isClaim ? doubtMs : otherBytesMs), told);
}

/** What changes in any case, at the time of `touchAt`. */
interface Base extends Omit<ArtifactChange, "artifact"> {
  readonly touchAt: number;
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
  if (!isFalse || announcedTag === undefined) return confirmPresent(artifact, facts, base);
  const tag = known.tags.find((one) => one.tag !== announcedTag)?.tag;
  const removedTags = known.namedTag?.digest === artifact.digest ? [announcedTag] : [];
  const named = present({ ...own, announcedTag: tag });
  const change = confirmPresent(named, facts, { ...base, removedTags });
  const what = `the registry has no tag ${announcedTag} that points to it: it is no part of ${parent}`;
  const denied = { at: base.touchAt, step: "verify", what } as const;
  return { ...change, happenings: [...(change.happenings ?? []), denied] };
}

function confirmPresent(artifact: Artifact, facts: VerifiedFacts, base: Base): ArtifactChange {
  const { deletedAt, labelsUnreadSince, ...living } = artifact;
  const at = base.touchAt;
  // A replica may lag; what the registry still has after that was never deleted, whoever said so.
  if (deletedAt !== undefined && at - deletedAt <= deleteIsFinalAfterMs) {
    const why = "a delete event arrived, but the registry still has this manifest";
    const doubted: Artifact = { ...artifact, verification: { state: "mismatched", at, why } };
    return verified(base, doubted, at + askAgainAfterDeleteMs, why);
  }
  const { quarantine, subject, labelsUnread, ...own } = facts;
  const labels = labelsUnread === undefined ? own.labels : { ...artifact.labels, ...own.labels };
  const isBare = labelsUnread !== undefined && Object.keys(labels).length === 0;
  const since = isBare ? (labelsUnreadSince ?? at) : undefined;
  const confirmed: Artifact = {
    ...living,
    ...(deletedAt === undefined ? {} : { tagsWhenDeleted: [] }),
    ...own,
    labels,
    ...present({ parent: subject ?? artifact.parent, labelsUnreadSince: since }),
    ...(quarantine === undefined ? {} : { registryQuarantine: { ...quarantine, at } }),
    verification: { state: "verified", at },
  };
  const alsoTouch = [...base.alsoTouch, ...(subject === undefined ? [] : [subject])];
  const isNews = artifact.verification.state !== "verified";
  const unread = since === at ? `, but its labels could not be read: ${labelsUnread}` : "";
  const told = isNews ? `the registry confirmed its bytes, media type and tag${unread}` : undefined;
  const verify = since === undefined ? null : labelsAgainAt(since, at);
  return verified({ ...base, claims: facts.children, alsoTouch }, confirmed, verify, told);
}

function labelsAgainAt(since: number, now: number): number | null {
  const { firstMs, longestMs, givenUpMs } = labelsPauses;
  const waited = now - since;
  return waited > givenUpMs ? null : now + Math.min(Math.max(waited, firstMs), longestMs);
}

function confirmAbsent(artifact: Artifact, why: string, base: Base): ArtifactChange {
  const at = base.touchAt;
  if (artifact.deletedAt !== undefined)
    return verified(base, { ...artifact, verification: { state: "verified", at } }, null);
  const isFinal =
    at - (artifact.pushedAt ?? artifact.quarantinedAt ?? artifact.firstSeenAt) > absentIsFinalAfterMs;
  const verification = isFinal
    ? ({ state: "mismatched", at, why } as const)
    : ({ state: "unverified", why } as const);
  const askAgainAt = isFinal ? null : at + askAgainAfterAbsentMs;
  return verified(base, { ...artifact, verification }, askAgainAt, `the registry does not have it: ${why}`);
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
