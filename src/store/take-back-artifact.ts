import { sql } from "kysely";
import { type Artifact, type ArtifactKey, newArtifact, subjectOf, type TagState } from "../nouns/artifact.ts";
import { nothingTaken, type TakeBackRules, type TakenCounts } from "../nouns/taken-back.ts";
import { present } from "../present.ts";
import { selectArtifact, writeArtifact } from "./artifact-change.ts";
import { touchRoots } from "./cards.ts";
import { documentsOf } from "./documents.ts";
import { forgetWork, wantWork } from "./due-work/list-work.ts";
import { isFree } from "./due-work/work-tables.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { writeHappenings } from "./happenings.ts";
import { selectPlacements } from "./placements.ts";
import { removeTags, selectTags, writeTags } from "./tags.ts";

/** Tags that are given back at once. */
const tagsAtOnce = 500;

/**
 * Forgets an artifact that only events know, with its story, tags, questions and unposted cards, in the caller's
 * transaction and under `repositoryLock`. A card that was posted is closed, and the artifact stays for it.
 */
export async function takeBackArtifact(
  engine: Engine,
  tx: Queries,
  key: ArtifactKey,
  { rules, dry }: { readonly rules: TakeBackRules; readonly dry: boolean },
): Promise<TakenCounts> {
  const artifact = await selectArtifact(tx, key);
  if (artifact === undefined || !rules.isTaken(artifact) || (await isUsed(tx, artifact))) return nothingTaken;
  const subject = subjectOf(artifact);
  if (dry) return { ...nothingTaken, artifacts: 1, ...(await countCards(engine, tx, subject)) };
  await giveTagsBack(engine, tx, artifact, rules);
  await forgetWork(tx, "verify", subject);
  await tx.deleteFrom("happenings").where("subject", "=", subject).execute();
  const unposted = await removeUnposted(engine, tx, subject);
  const closed = await closePosted(engine, tx, artifact);
  return { ...nothingTaken, artifacts: 1, unposted, closed };
}

/** Something was done with it, or runs somewhere: then it is more than a claim. */
async function isUsed(tx: Queries, { registry, repository, digest }: Artifact): Promise<boolean> {
  const operation = await tx
    .selectFrom("operations")
    .select("id")
    .where((eb) => eb.and({ registry, repository, digest }))
    .limit(1)
    .executeTakeFirst();
  if (operation !== undefined) return true;
  const placements = await selectPlacements(tx, { registry, repository });
  return placements.some(({ history }) => history.some((change) => change.digest === digest));
}

/** Nobody has seen it, and nobody is about to post it. */
function isUnposted(engine: Engine) {
  const now = engine.leaseClock();
  const free = isFree("messages", { now, far: sql.lit(Number.MAX_SAFE_INTEGER) });
  return sql<boolean>`(state in ('waiting', 'dead', 'gone') and post_begun_at is null and ${free})`;
}

async function countCards(
  engine: Engine,
  tx: Queries,
  subject: string,
): Promise<Pick<TakenCounts, "unposted" | "closed">> {
  const { rows } = await sql<Pick<TakenCounts, "unposted" | "closed">>`
    select count(*) filter (where ${isUnposted(engine)}) as unposted,
      count(*) filter (where not ${isUnposted(engine)}) as closed
    from messages where subject = ${subject} and slot = 'root'`.execute(tx);
  return rows[0] ?? { unposted: 0, closed: 0 };
}

async function removeUnposted(engine: Engine, tx: Queries, subject: string): Promise<number> {
  const removed = await tx
    .deleteFrom("messages")
    .where("subject", "=", subject)
    .where(isUnposted(engine))
    .returning("slot")
    .execute();
  return removed.filter(({ slot }) => slot === "root").length;
}

/** Leaves of the artifact what its posted card needs; gives how many such cards there are. */
async function closePosted(engine: Engine, tx: Queries, artifact: Artifact): Promise<number> {
  const { registry, repository, digest, incarnation, announcedTag, firstSeenAt } = artifact;
  const subject = subjectOf(artifact);
  // They were counted among those of an hour: what is true may take their places now.
  const posted = await tx
    .updateTable("messages")
    .set({ counted_at: null, held_at: null })
    .where("subject", "=", subject)
    .returning("slot")
    .execute();
  if (posted.length === 0) {
    await tx
      .deleteFrom("artifacts")
      .where((eb) => eb.and({ registry, repository, digest }))
      .execute();
    return 0;
  }
  const at = engine.now();
  const bare = newArtifact({ registry, repository, digest }, firstSeenAt);
  const takenBack = present({ at, tag: announcedTag });
  const closed: Artifact = { ...bare, incarnation, takenBack };
  await writeArtifact(tx, closed);
  const what = "an operator took back the events about it: the registry never confirmed them";
  await writeHappenings(tx, closed, [{ at, step: "receive", what }]);
  await touchRoots(engine, tx, subject, at);
  return posted.filter(({ slot }) => slot === "root").length;
}

/**
 * Points its tags to where they were before, or to the newest image that was announced by them, about which the registry
 * is asked; else forgets them.
 */
async function giveTagsBack(
  engine: Engine,
  tx: Queries,
  artifact: Artifact,
  rules: TakeBackRules,
): Promise<void> {
  const { registry, repository, digest } = artifact;
  const owners = new Map<string, Artifact>();
  for (;;) {
    const tags = await selectTags(tx, { registry, repository, digest }, tagsAtOnce);
    if (tags.length === 0) break;
    const given: TagState[] = [];
    const lost: string[] = [];
    for (const tag of tags) {
      const owner = await ownerBefore(tx, artifact, tag, rules);
      if (owner === undefined) lost.push(tag.tag);
      else given.push({ ...pointsTo(owner), tag: tag.tag });
      if (owner !== undefined) owners.set(owner.digest, owner);
    }
    await removeTags(tx, artifact, lost);
    await writeTags(tx, artifact, given);
  }
  const at = engine.now();
  for (const owner of owners.values()) {
    const subject = subjectOf(owner);
    await wantWork(engine, tx, "verify", { key: subject, lane: registry }, at);
    await touchRoots(engine, tx, subject, at);
  }
}

function pointsTo({ digest, pushedAt, firstSeenAt }: Artifact): Omit<TagState, "tag"> {
  return { digest, movedAt: pushedAt ?? firstSeenAt, disputed: false };
}

/** The artifact that a tag pointed to before this one; one that is to be taken back too hands it on in its turn. */
async function ownerBefore(
  tx: Queries,
  { registry, repository, digest }: Artifact,
  { tag, previousDigest }: TagState,
  rules: TakeBackRules,
): Promise<Artifact | undefined> {
  const before =
    previousDigest === undefined || previousDigest === digest
      ? undefined
      : await selectArtifact(tx, { registry, repository, digest: previousDigest });
  if (before !== undefined && isAlive(before) && !rules.isTaken(before)) return before;
  const rows = await tx
    .selectFrom("artifacts")
    .select("facts")
    .where((eb) => eb.and({ registry, repository, announced_tag: tag }))
    .where("digest", "<>", digest)
    .where("deleted_at", "is", null)
    .orderBy("seen_at", "desc")
    .limit(1)
    .execute();
  return documentsOf<Artifact>(rows).find(isAlive);
}

function isAlive({ deletedAt, pushedAt, takenBack, verification }: Artifact): boolean {
  const isKnown = pushedAt !== undefined || verification.state === "verified";
  return deletedAt === undefined && takenBack === undefined && isKnown;
}
