import { subjectOf } from "../nouns/artifact.ts";
import { cardsOf, type Operation } from "../nouns/operation.ts";
import { touchRoots } from "./cards.ts";
import type { Engine, Queries } from "./engine/engine.ts";

/** Subjects of the cards that show an operation. */
export function subjectsOf(operation: Operation): readonly string[] {
  return cardsOf(operation).map(subjectOf);
}

/** Marks the roots of each subject once, in one order for all, so that no two transactions wait for each other. */
export async function touchCards(
  engine: Engine,
  db: Queries,
  subjects: Iterable<string>,
  at: number,
): Promise<void> {
  for (const subject of [...new Set(subjects)].sort()) await touchRoots(engine, db, subject, at);
}
