import { type ArtifactKey, subjectOf } from "../nouns/artifact.ts";
import type { Happening } from "../nouns/happening.ts";
import { documentsOf } from "./documents.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** The verb that reads an artifact's story; changes of the artifact add to it. */
export function createHappeningVerbs(engine: Engine) {
  return {
    happeningsOf: (key, limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("happenings")
          .select("facts")
          .where("subject", "=", subjectOf(key))
          .orderBy("at", "desc")
          .orderBy("number", "desc")
          .limit(limit)
          .execute();
        return documentsOf<Happening>(rows).toReversed();
      }),
  } satisfies Partial<Store>;
}

/** Adds lines to an artifact's story. */
export async function writeHappenings(
  db: Queries,
  key: ArtifactKey,
  happenings: readonly Happening[],
): Promise<void> {
  if (happenings.length === 0) return;
  const subject = subjectOf(key);
  await db
    .insertInto("happenings")
    .values(happenings.map((happening) => ({ subject, at: happening.at, facts: JSON.stringify(happening) })))
    .execute();
}
