import { type SqlBool, sql } from "kysely";
import type { ListedKind, ListedWork } from "../../nouns/due-work.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { markWork } from "../engine/work-marks.ts";

/** What nobody wants any more is forgotten when it was due for so long: no other process has it in its configuration. */
const forgottenAfterMs = 60 * 60_000;

/** Makes what is missing, due at once, and forgets what nobody wants any more. */
export async function listWork(
  engine: Engine,
  tx: Queries,
  kind: ListedKind,
  wanted: readonly ListedWork[],
): Promise<void> {
  const known = await tx.selectFrom("due_work").select("key").where("kind", "=", kind).execute();
  const keys = new Set(known.map(({ key }) => key));
  for (const { key, lane } of wanted) {
    if (keys.has(key)) continue;
    await wantWork(engine, tx, kind, { key, lane }, engine.now());
  }
  const stay = new Set(wanted.map(({ key }) => key));
  const isForgotten =
    engine.kind === "sqlite"
      ? sql<SqlBool>`true`
      : sql<SqlBool>`due_at < ${engine.leaseClock()} - ${sql.lit(forgottenAfterMs)}`;
  for (const { key } of known)
    if (!stay.has(key))
      await tx
        .deleteFrom("due_work")
        .where("kind", "=", kind)
        .where("key", "=", key)
        .where(isForgotten)
        .execute();
}

/**
 * Lists an item, or brings it forward or back to `at` (ms). After a failed try it stays where it was put off to: a
 * change must not cut a `Retry-After` short.
 */
export async function wantWork(
  engine: Engine,
  db: Queries,
  kind: ListedKind,
  { key, lane }: ListedWork,
  at: number,
): Promise<void> {
  const due = engine.dueAt(at);
  await sql`insert into due_work (kind, key, lane, due_at) values (${kind}, ${key}, ${lane}, ${due})
    on conflict (kind, key) do update set version = due_work.version + 1,
      due_at = case when due_work.attempts > 0 then due_work.due_at else excluded.due_at end`.execute(db);
  markWork(db, kind);
}

/** Strikes an item off, whoever has it. */
export async function forgetWork(db: Queries, kind: ListedKind, key: string): Promise<void> {
  await db.deleteFrom("due_work").where("kind", "=", kind).where("key", "=", key).execute();
}
