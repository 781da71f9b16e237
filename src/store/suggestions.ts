import { subjectOf } from "../nouns/artifact.ts";
import type { Suggestion } from "../nouns/suggestion.ts";
import { findDocument } from "./documents.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** The verb that finds suggestions. */
export function createSuggestionVerbs(engine: Engine) {
  return {
    findSuggestion: (id) => engine.query((db) => findDocument(db, "suggestions", { id })),
  } satisfies Partial<Store>;
}

/** Writes a suggestion down; gives the subjects whose cards show it. */
export async function writeSuggestion(tx: Queries, suggestion: Suggestion): Promise<readonly string[]> {
  await tx
    .insertInto("suggestions")
    .values({ id: suggestion.id, expires_at: suggestion.expiresAt, facts: JSON.stringify(suggestion) })
    .execute();
  return [subjectOf(suggestion.wish)];
}
