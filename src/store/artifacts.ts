import { type SqlBool, sql } from "kysely";
import { type Artifact, type ArtifactKey, keyOfSubject } from "../nouns/artifact.ts";
import { loadKnown, repositoryLock, selectArtifact, writeChange } from "./artifact-change.ts";
import { documentsOf } from "./documents.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { ChangeArtifact, Store } from "./store.ts";

const minPrefixLength = 6;

/** The verbs of artifacts; folding of events is in `events.ts`. */
export function createArtifactVerbs(engine: Engine) {
  return {
    changeArtifact: (key, namedTag, change) => changeAll(engine, [key], namedTag, change),
    changeArtifacts: (keys, change) => changeAll(engine, keys, undefined, change),
    findArtifact: (key) => engine.query((db) => selectArtifact(db, key)),
    findArtifactsByDigest: (prefix, limit, within) =>
      engine.query((db) => findByDigest(db, prefix, limit, within)),
    livingArtifacts: (registry, repository, limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("artifacts")
          .select("facts")
          .where((eb) => eb.and({ registry, repository }))
          .where("deleted_at", "is", null)
          .where("digest", "!=", "")
          .limit(limit)
          .execute();
        return documentsOf<Artifact>(rows);
      }),
    dueVerifications: (registry, repository, limit) =>
      engine.query(async (db) => {
        // `A` comes right after `@`, which ends the name of a repository.
        const [from, to] = [`${registry}/${repository}@`, `${registry}/${repository}A`];
        const rows = await db
          .selectFrom("due_work")
          .select("key")
          .where("kind", "=", "verify")
          .where("key", ">=", from)
          .where("key", "<", to)
          .where(sql<SqlBool>`due_at <= ${engine.leaseClock()}`)
          .limit(limit)
          .execute();
        return rows.map(({ key }) => keyOfSubject(key));
      }),
    findAnnounced: (registry, repository, tag) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("artifacts")
          .select("facts")
          .where((eb) => eb.and({ registry, repository, announced_tag: tag }))
          .orderBy("seen_at", "desc")
          .limit(1)
          .execute();
        return documentsOf<Artifact>(rows)[0];
      }),
  } satisfies Partial<Store>;
}

async function changeAll(
  engine: Engine,
  keys: readonly ArtifactKey[],
  namedTag: string | undefined,
  change: ChangeArtifact,
): Promise<void> {
  await engine.transaction(async (tx) => {
    await engine.lock(tx, keys.map(repositoryLock));
    for (const key of keys) {
      const made = change(await loadKnown(tx, key, namedTag));
      if (made !== undefined) await writeChange(engine, tx, made);
    }
  });
}

/** By a range of the key: `sha256:abc` up to and without `sha256:abd`. */
async function findByDigest(
  db: Queries,
  prefix: string,
  limit: number,
  within: Partial<Pick<Artifact, "registry" | "repository">> = {},
): Promise<readonly Artifact[]> {
  const [algorithm, hex] = prefix.includes(":") ? prefix.split(":", 2) : ["sha256", prefix];
  if (hex === undefined || hex.length < minPrefixLength || !/^[0-9a-f]+$/.test(hex)) return [];
  const from = `${algorithm}:${hex}`;
  const rows = await db
    .selectFrom("artifacts")
    .select("facts")
    .where((eb) => eb.and(within))
    .where("digest", ">=", from)
    // No hex digit sorts after `f`, and `g` does.
    .where("digest", "<", `${from}g`)
    .limit(limit)
    .execute();
  return documentsOf<Artifact>(rows);
}
