import type { ArtifactKey, TagState } from "../nouns/artifact.ts";
import { present } from "../present.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";
import type { Schema } from "./tables/table-types.ts";

/** More tags than this on one digest are not read: a change, a card and a decision need the newest few. */
const maxTags = 1_000;
/** PostgreSQL takes 65,535 parameters a statement, SQLite 32,766. */
const rowsAStatement = 500;

/** The verbs that read tags. */
export function createTagVerbs(engine: Engine) {
  return {
    findTag: async (registry, repository, tag) =>
      (await engine.query((db) => selectTags(db, { registry, repository, tag })))[0],
    tagsOf: ({ registry, repository, digest }) =>
      engine.query((db) => selectTags(db, { registry, repository, digest })),
    tagsOfRepository: (registry, repository, limit) =>
      engine.query((db) => selectTags(db, { registry, repository }, limit)),
  } satisfies Partial<Store>;
}

/** Tags that fit, the newest first, at most 1,000. */
export async function selectTags(
  db: Queries,
  wanted: Partial<Pick<Schema["tags"], "registry" | "repository" | "digest" | "tag">>,
  limit = maxTags,
): Promise<readonly TagState[]> {
  const fitting = db
    .selectFrom("tags")
    .selectAll()
    .where((eb) => eb.and(wanted));
  return (await fitting.orderBy("moved_at", "desc").limit(limit).execute()).map(tagOf);
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

function tagOf(row: Schema["tags"]): TagState {
  return present({
    tag: row.tag,
    digest: row.digest,
    movedAt: row.moved_at,
    disputed: row.disputed === 1,
    previousDigest: row.previous_digest,
  });
}
