import { type SqlBool, sql } from "kysely";
import type { Artifact } from "../nouns/artifact.ts";
import { artifactOf, loadKnown, repositoryLock, selectArtifact, writeChange } from "./artifact-change.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { leaseEnd } from "./engine/leases.ts";
import type { Store } from "./store.ts";

const minPrefixLength = 6;

type ArtifactVerbs = Pick<
  Store,
  "changeArtifact" | "claimVerifications" | "findArtifact" | "findArtifactByPrefix" | "findAnnounced"
>;

/** The verbs of artifacts; folding of events is in `events.ts`. */
export function createArtifactVerbs(engine: Engine): ArtifactVerbs {
  return {
    changeArtifact: async (key, namedTag, change) => {
      await engine.transaction(async (tx) => {
        await engine.lock(tx, [repositoryLock(key)]);
        const made = change(await loadKnown(tx, key, namedTag));
        if (made !== undefined) await writeChange(engine, tx, made);
      });
      engine.announce();
    },
    claimVerifications: (now, limit, leaseMs) =>
      engine.transaction((tx) => claimVerifications(engine, tx, now, limit, leaseMs)),
    findArtifact: (key) => engine.query((db) => selectArtifact(db, key)),
    findArtifactByPrefix: (registry, repository, prefix) =>
      engine.query((db) => findByPrefix(db, registry, repository, prefix)),
    findAnnounced: (registry, repository, tag) =>
      engine.query(async (db) => {
        const row = await db
          .selectFrom("artifacts")
          .select("facts")
          .where("registry", "=", registry)
          .where("repository", "=", repository)
          .where("announced_tag", "=", tag)
          .orderBy("seen_at", "desc")
          .limit(1)
          .executeTakeFirst();
        return row === undefined ? undefined : artifactOf(row);
      }),
  };
}

async function claimVerifications(
  engine: Engine,
  tx: Queries,
  now: number,
  limit: number,
  leaseMs: number,
): Promise<readonly Artifact[]> {
  const rows = await tx
    .selectFrom("artifacts")
    .select(["registry", "repository", "digest", "facts"])
    .where("verify_due_at", "is not", null)
    .where("verify_due_at", "<=", now)
    .where(sql<SqlBool>`(verify_lease_until is null or verify_lease_until <= ${engine.leaseClock()})`)
    .orderBy("verify_due_at")
    .limit(limit)
    .$if(engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .execute();
  for (const row of rows) {
    await tx
      .updateTable("artifacts")
      .set({ verify_lease_until: leaseEnd(engine, leaseMs) })
      .where("registry", "=", row.registry)
      .where("repository", "=", row.repository)
      .where("digest", "=", row.digest)
      .execute();
  }
  return rows.map(artifactOf);
}

/** By a range of the key: `sha256:abc` up to and without `sha256:abd`. */
async function findByPrefix(
  db: Queries,
  registry: string,
  repository: string,
  prefix: string,
): Promise<Artifact | undefined> {
  const [algorithm, hex] = prefix.includes(":") ? prefix.split(":", 2) : ["sha256", prefix];
  if (hex === undefined || hex.length < minPrefixLength || !/^[0-9a-f]+$/.test(hex)) return undefined;
  const from = `${algorithm}:${hex}`;
  const rows = await db
    .selectFrom("artifacts")
    .select("facts")
    .where("registry", "=", registry)
    .where("repository", "=", repository)
    .where("digest", ">=", from)
    // No hex digit sorts after `f`, and `g` does.
    .where("digest", "<", `${from}g`)
    .limit(2)
    .execute();
  const [row] = rows;
  return row === undefined || rows.length > 1 ? undefined : artifactOf(row);
}
