import type { WokenBy } from "../../nouns/due-work.ts";
import type { Queries } from "./engine.ts";

const marks = new WeakMap<Queries, Set<WokenBy>>();

/** Notes that what is written here makes work of a kind: whoever waits for it is woken after the commit. */
export function markWork(db: Queries, kind: WokenBy): void {
  const known = marks.get(db) ?? new Set();
  known.add(kind);
  marks.set(db, known);
}

/** The kinds that were noted; they are forgotten with that. */
export function takeMarks(db: Queries): readonly WokenBy[] {
  const known = [...(marks.get(db) ?? [])];
  marks.delete(db);
  return known;
}
