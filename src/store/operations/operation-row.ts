import { type Selectable, type SqlBool, sql } from "kysely";
import { subjectOf } from "../../nouns/artifact.ts";
import type { Journal, Operation, OperationState, Vote } from "../../nouns/operation.ts";
import { placementKey } from "../../nouns/placement.ts";
import type { Principal } from "../../nouns/principal.ts";
import type { Verdict } from "../../nouns/verdict.ts";
import { present } from "../../present.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { markWork } from "../engine/work-marks.ts";
import type { OperationTable } from "../tables/table-types.ts";

/** What an operation holds while it runs: its placement, or the review of its artifact. */
export function operationKey(
  wish: Pick<Operation, "kind" | "registry" | "repository" | "digest" | "target">,
): string {
  if (wish.kind === "release" || wish.kind === "reject") return `review/${subjectOf(wish)}`;
  const { registry, repository, target = "" } = wish;
  return placementKey({ target, registry, repository });
}

/** The operation that a row holds: what never changes is in its document, the rest in columns. */
export function operationOf(row: Selectable<OperationTable>): Operation {
  return {
    ...(JSON.parse(row.facts) as Operation),
    ...present({
      state: row.state as OperationState,
      attempts: row.attempts,
      votes: JSON.parse(row.votes) as readonly Vote[],
      journal: JSON.parse(row.journal) as Journal,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      digestBefore: row.digest_before,
      progress: row.progress,
      link: row.link,
      outcome: row.outcome,
      changed: row.changed as Operation["changed"] | null,
      cancelledBy: row.cancelled_by === null ? null : (JSON.parse(row.cancelled_by) as Principal),
    }),
  };
}

/** Where a new operation comes from, besides its verdict. */
interface Origin {
  /** One button gives at most one operation. */
  readonly buttonReference?: string | undefined;
  /** Its place in the lane, if it is not that of when it was asked for. */
  readonly queuedAt?: number;
}

/** Writes a new operation with the verdict that made it. */
export async function insertOperation(
  engine: Engine,
  tx: Queries,
  operation: Operation,
  verdict: Verdict,
  { buttonReference, queuedAt }: Origin,
): Promise<void> {
  const { id, registry, repository, digest, state, requestedAt, approvals, attempts } = operation;
  const key = operationKey(operation);
  await tx
    .insertInto("operations")
    .values({
      ...{ id, registry, repository, digest, state, attempts },
      placement_key: key,
      lane: operation.lane ?? key,
      // Whose far side it shares with others: its target's, or its registry's in a review.
      crowd: operation.target ?? `review/${registry}`,
      requested_at: requestedAt,
      queued_at: queuedAt ?? engine.dueAt(requestedAt),
      due_at: engine.dueAt(requestedAt),
      expires_at: approvals === undefined ? null : engine.dueAt(approvals.expiresAt),
      digest_before: operation.digestBefore ?? null,
      votes: JSON.stringify(operation.votes),
      journal: JSON.stringify(operation.journal),
      button_reference: buttonReference ?? null,
      facts: JSON.stringify(operation),
      verdict: JSON.stringify(verdict),
    })
    .execute();
  for (const kind of ["operate", "expire"] as const) markWork(tx, kind);
}

/** Operations that are not finished and hold the same key, oldest first. */
export async function selectOpen(tx: Queries, key: string): Promise<readonly Operation[]> {
  const rows = await tx
    .selectFrom("operations")
    .selectAll()
    .where("placement_key", "=", key)
    .where(sql<SqlBool>`finished_at is null`)
    .orderBy("requested_at")
    .orderBy("id")
    .execute();
  return rows.map(operationOf);
}
