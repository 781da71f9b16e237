import type { ArtifactKey, TagState } from "../nouns/artifact.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** More tags than this on one digest are not read: a change, a card and a decision need the newest few. */
const maxTagsOfArtifact = 1_000;
/** PostgreSQL takes 65,535 parameters a statement, SQLite 32,766. */
const rowsAStatement = 500;

type TagVerbs = Pick<Store, "findTag" | "tagsOf" | "tagsOfRepository">;

/** The verbs that read tags. */
export function createTagVerbs(engine: Engine): TagVerbs {
  return {
    findTag: (registry, repository, tag) =>
      engine.query((db) => selectTag(db, { registry, repository }, tag)),
    tagsOf: (key) => engine.query((db) => selectTagsOf(db, key)),
    tagsOfRepository: (registry, repository, limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("tags")
          .selectAll()
          .where("registry", "=", registry)
          .where("repository", "=", repository)
          .orderBy("moved_at", "desc")
          .limit(limit)
          .execute();
        return rows.map(tagOf);
      }),
  };
}

/** The tag, wherever it points. */
export async function selectTag(
  db: Queries,
  { registry, repository }: Pick<ArtifactKey, "registry" | "repository">,
  tag: string,
): Promise<TagState | undefined> {
  const row = await db
    .selectFrom("tags")
    .selectAll()
    .where("registry", "=", registry)
    .where("repository", "=", repository)
    .where("tag", "=", tag)
    .executeTakeFirst();
  return row === undefined ? undefined : tagOf(row);
}

/** Tags that point to the artifact, the newest first, at most 1,000. */
export async function selectTagsOf(db: Queries, key: ArtifactKey): Promise<readonly TagState[]> {
  const rows = await db
    .selectFrom("tags")
    .selectAll()
    .where("registry", "=", key.registry)
    .where("repository", "=", key.repository)
    .where("digest", "=", key.digest)
    .orderBy("moved_at", "desc")
    .limit(maxTagsOfArtifact)
    .execute();
  return rows.map(tagOf);
}

/** Writes tags as they are given, over what was known of them. */
export async function writeTags(db: Queries, key: ArtifactKey, tags: readonly TagState[]): Promise<void> {
  // One statement must not write a row twice: the last one given counts.
  const rows = [...new Map(tags.map((tag) => [tag.tag, tag])).values()].map((tag) => ({
    registry: key.registry,
    repository: key.repository,
    tag: tag.tag,
    digest: tag.digest,
    moved_at: tag.movedAt,
    disputed: tag.disputed ? 1 : 0,
    previous_digest: tag.previousDigest ?? null,
  }));
  for (let from = 0; from < rows.length; from += rowsAStatement) {
    await db
      .insertInto("tags")
      .values(rows.slice(from, from + rowsAStatement))
      .onConflict((conflict) =>
        conflict.columns(["registry", "repository", "tag"]).doUpdateSet((eb) => ({
          digest: eb.ref("excluded.digest"),
          moved_at: eb.ref("excluded.moved_at"),
          disputed: eb.ref("excluded.disputed"),
          previous_digest: eb.ref("excluded.previous_digest"),
        })),
      )
      .execute();
  }
}

/** Forgets tags of a repository. */
export async function removeTags(db: Queries, key: ArtifactKey, tags: readonly string[]): Promise<void> {
  for (let from = 0; from < tags.length; from += rowsAStatement) {
    await db
      .deleteFrom("tags")
      .where("registry", "=", key.registry)
      .where("repository", "=", key.repository)
      .where("tag", "in", tags.slice(from, from + rowsAStatement))
      .execute();
  }
}

function tagOf(row: {
  readonly tag: string;
  readonly digest: string;
  readonly moved_at: number;
  readonly disputed: number;
  readonly previous_digest: string | null;
}): TagState {
  return {
    tag: row.tag,
    digest: row.digest,
    movedAt: row.moved_at,
    disputed: row.disputed === 1,
    ...(row.previous_digest === null ? {} : { previousDigest: row.previous_digest }),
  };
}
