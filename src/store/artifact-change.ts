import { type Artifact, type ArtifactKey, isConfirmed, knownOrNew, subjectOf } from "../nouns/artifact.ts";
import { type ListedKind, listedKinds } from "../nouns/due-work.ts";
import { insertMessages, removeUnbegunRoots, touchRoots } from "./cards.ts";
import { findDocument, saveDocument } from "./documents.ts";
import { forgetWork, wantWork } from "./due-work/list-work.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { writeHappenings } from "./happenings.ts";
import type { ArtifactChange, KnownArtifact } from "./store.ts";
import { removeTags, selectTags, writeTags } from "./tags.ts";
import { rankRoots } from "./unconfirmed.ts";

/** What is known of an artifact, as a change starts from it. */
export async function loadKnown(
  db: Queries,
  key: ArtifactKey,
  namedTag: string | undefined,
): Promise<KnownArtifact> {
  const { registry, repository, digest } = key;
  const named = namedTag === undefined ? [] : await selectTags(db, { registry, repository, tag: namedTag });
  return {
    artifact: await selectArtifact(db, key),
    tags: await selectTags(db, { registry, repository, digest }),
    namedTag: named[0],
  };
}

/** The artifact, if anything is known of it. */
export async function selectArtifact(db: Queries, key: ArtifactKey): Promise<Artifact | undefined> {
  const { registry, repository, digest } = key;
  return await findDocument(db, "artifacts", { registry, repository, digest });
}

/**
 * The lock under which artifacts, tags and claims of a repository are read and written: a change never reaches
 * outside its repository.
 */
export function repositoryLock(key: Pick<ArtifactKey, "registry" | "repository">): string {
  return `repository:${key.registry}/${key.repository}`;
}

/** Writes all of a change, in the caller's transaction and under `repositoryLock`. */
export async function writeChange(engine: Engine, tx: Queries, change: ArtifactChange): Promise<void> {
  const { artifact, tags = [], removedTags = [], claims = [] } = change;
  await writeArtifact(tx, artifact);
  for (const kind of listedKinds) {
    const at = change.due?.[kind];
    if (at === null) await forgetWork(tx, kind, subjectOf(artifact));
    else if (at !== undefined) await wantOn(engine, tx, kind, artifact, at);
  }
  await removeTags(tx, artifact, removedTags);
  await writeTags(tx, artifact, tags);
  for (const digest of claims) await claim(engine, tx, artifact, digest);
  for (const digest of change.alsoVerify ?? [])
    await wantOn(engine, tx, "verify", { ...artifact, digest }, engine.now());
  const touchAt = change.touchAt ?? engine.now();
  if (change.touchAt !== undefined) await touchRoots(engine, tx, subjectOf(artifact), touchAt);
  for (const digest of change.alsoTouch ?? [])
    await touchRoots(engine, tx, subjectOf({ ...artifact, digest }), touchAt);
  // After the touches: a message that this change makes is wanted when it says, and no earlier.
  await insertMessages(engine, tx, change.messages ?? []);
  await rankRoots(tx, subjectOf(artifact), !isConfirmed(artifact));
  await writeHappenings(tx, artifact, change.happenings ?? []);
}

/** Writes an artifact down with the columns that it is found by. */
export async function writeArtifact(tx: Queries, artifact: Artifact): Promise<void> {
  const { registry, repository, digest } = artifact;
  await saveDocument(tx, "artifacts", { registry, repository, digest }, artifact, {
    incarnation: artifact.incarnation,
    seen_at: seenAt(artifact),
    deleted_at: artifact.deletedAt ?? null,
    announced_tag: artifact.announcedTag ?? null,
  });
}

async function wantOn(
  engine: Engine,
  tx: Queries,
  kind: ListedKind,
  key: ArtifactKey,
  at: number,
): Promise<void> {
  await wantWork(engine, tx, kind, { key: subjectOf(key), lane: key.registry }, at);
}

function seenAt(artifact: Artifact): number {
  const newest = Math.max(artifact.pushedAt ?? 0, artifact.quarantinedAt ?? 0);
  return newest > 0 ? newest : artifact.firstSeenAt;
}

/** Another digest belongs to this one and shows on its card: a card of its own that is not begun is not made. */
async function claim(engine: Engine, tx: Queries, parent: Artifact, digest: string): Promise<void> {
  if (digest === parent.digest) return;
  const key = { registry: parent.registry, repository: parent.repository, digest };
  const known = await selectArtifact(tx, key);
  if (known?.parent !== parent.digest) {
    const claimed = knownOrNew(known, key, engine.now());
    await writeArtifact(tx, { ...claimed, parent: parent.digest });
  }
  await removeUnbegunRoots(tx, subjectOf(key));
}
