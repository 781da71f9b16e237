import type { Artifact } from "../nouns/artifact.ts";
import { present } from "../present.ts";
import type { VerifiedFacts } from "../registry/verify.ts";

// Labels that cannot be read are decoration: it is tried again ever more slowly, and given up after a week.
const labelsPauses = { firstMs: 60_000, longestMs: 6 * 60 * 60_000, givenUpMs: 7 * 24 * 60 * 60_000 };

// A replica that lags may have an index before its platforms.
const lossAgainMs = 30_000;

/** A living artifact as the registry has just shown it, and when it is to be asked about again, if at all. */
export function withFacts(
  artifact: Artifact,
  facts: VerifiedFacts,
  at: number,
): { readonly confirmed: Artifact; readonly askAgainAt: number | null } {
  const { deletedAt, missedAt, labelsUnreadSince, lostPlatforms, chart, takenBack, ...living } = artifact;
  const {
    quarantine,
    subject,
    labelsUnread,
    labels: read,
    lostPlatforms: lost = lostPlatforms,
    tags: _,
    ...own
  } = facts;
  const labels = read === undefined || labelsUnread !== undefined ? { ...artifact.labels, ...read } : read;
  const since = read === undefined ? labelsUnreadSince : unreadSince(artifact, labels, labelsUnread, at);
  const confirmed: Artifact = {
    ...living,
    ...(deletedAt === undefined ? {} : { tagsWhenDeleted: [] }),
    ...own,
    labels,
    ...present({ parent: subject ?? artifact.parent, labelsUnreadSince: since }),
    ...(lost === undefined || lost.length === 0 ? {} : { lostPlatforms: lost }),
    ...(quarantine === undefined ? {} : { registryQuarantine: { ...quarantine, at } }),
    verification: { state: "verified", at },
  };
  const isNewLoss = confirmed.lostPlatforms !== undefined && lostPlatforms === undefined;
  if (isNewLoss) return { confirmed, askAgainAt: at + lossAgainMs };
  return { confirmed, askAgainAt: since === undefined ? null : nextAt(since, at) };
}

function unreadSince(
  { labelsUnreadSince }: Artifact,
  labels: Artifact["labels"],
  why: string | undefined,
  at: number,
): number | undefined {
  return why === undefined || Object.keys(labels).length > 0 ? undefined : (labelsUnreadSince ?? at);
}

function nextAt(since: number, now: number): number | null {
  const { firstMs, longestMs, givenUpMs } = labelsPauses;
  const waited = now - since;
  return waited > givenUpMs ? null : now + Math.min(Math.max(waited, firstMs), longestMs);
}
