import type { Artifact } from "../nouns/artifact.ts";
import { loadKnown, repositoryLock, selectArtifact, writeChange } from "./artifact-change.ts";
import { documentsOf } from "./documents.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";

const minPrefixLength = 6;

/** The verbs of artifacts; folding of events is in `events.ts`. */
export function createArtifactVerbs(engine: Engine) {
  return {
    changeArtifact: async (key, namedTag, change) => {
      await engine.transaction(async (tx) => {
        await engine.lock(tx, [repositoryLock(key)]);
        const made = change(await loadKnown(tx, key, namedTag));
        if (made !== undefined) await writeChange(engine, tx, made);
      });
    },
    findArtifact: (key) => engine.query((db) => selectArtifact(db, key)),
    findArtifactsByDigest: (prefix, limit, within) =>
      engine.query((db) => findByDigest(db, prefix, limit, within)),
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
