import { subjectOf } from "../nouns/artifact.ts";
import type { Operation } from "../nouns/operation.ts";
import { touchRoots } from "./cards.ts";
import type { Queries } from "./engine/engine.ts";

/** Subjects of the cards that show an operation: a roll back shows on the card of what it takes away, too. */
export function cardsOf(operation: Operation): readonly string[] {
  const { kind, digestBefore } = operation;
  return kind === "rollback" && digestBefore !== undefined
    ? [subjectOf(operation), subjectOf({ ...operation, digest: digestBefore })]
    : [subjectOf(operation)];
}

/** Marks the roots of each subject once, in one order for all, so that no two transactions wait for each other. */
export async function touchCards(db: Queries, subjects: Iterable<string>, at: number): Promise<void> {
  for (const subject of [...new Set(subjects)].sort()) await touchRoots(db, subject, at);
}
