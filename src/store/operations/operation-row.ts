import { type Selectable, type SqlBool, sql } from "kysely";
import { subjectOf } from "../../nouns/artifact.ts";
import type { Journal, Operation, OperationState, Vote } from "../../nouns/operation.ts";
import { placementKey } from "../../nouns/placement.ts";
import type { Principal } from "../../nouns/principal.ts";
import type { Verdict } from "../../nouns/verdict.ts";
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
    state: row.state as OperationState,
    attempts: row.attempts,
    votes: JSON.parse(row.votes) as readonly Vote[],
    journal: JSON.parse(row.journal) as Journal,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(row.digest_before === null ? {} : { digestBefore: row.digest_before }),
    ...(row.progress === null ? {} : { progress: row.progress }),
    ...(row.link === null ? {} : { link: row.link }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(row.changed === null ? {} : { changed: row.changed as NonNullable<Operation["changed"]> }),
    ...(row.cancelled_by === null ? {} : { cancelledBy: JSON.parse(row.cancelled_by) as Principal }),
  };
}

/** Where a new operation comes from, besides its verdict. */
interface Origin {
  /** One button gives at most one operation. */
  readonly buttonReference?: string | undefined;
  /** Its place in the lane, if it is not that of when it was asked for. */
  readonly queuedAt?: number | undefined;
}

/** Writes a new operation with the verdict that made it. */
export async function insertOperation(
  engine: Engine,
  tx: Queries,
  operation: Operation,
  verdict: Verdict,
  { buttonReference, queuedAt }: Origin = {},
): Promise<void> {
  await tx
    .insertInto("operations")
    .values({
      ...newColumns(engine, operation),
      queued_at: queuedAt ?? operation.requestedAt,
      button_reference: buttonReference ?? null,
      verdict: JSON.stringify(verdict),
    })
    .execute();
  for (const kind of ["operate", "expire"] as const) markWork(tx, kind);
}

/** Whose far side it shares with others: its target's, or its registry's in a review. */
function crowdOf({ target, registry }: Operation): string {
  return target ?? `review/${registry}`;
}

function newColumns(engine: Engine, operation: Operation) {
  const key = operationKey(operation);
  const { cancelledBy } = operation;
  return {
    id: operation.id,
    placement_key: key,
    lane: operation.lane ?? key,
    crowd: crowdOf(operation),
    registry: operation.registry,
    repository: operation.repository,
    digest: operation.digest,
    state: operation.state,
    requested_at: operation.requestedAt,
    due_at: engine.dueAt(operation.requestedAt),
    expires_at: operation.approvals?.expiresAt ?? null,
    attempts: operation.attempts,
    started_at: operation.startedAt ?? null,
    finished_at: operation.finishedAt ?? null,
    digest_before: operation.digestBefore ?? null,
    votes: JSON.stringify(operation.votes),
    journal: JSON.stringify(operation.journal),
    progress: operation.progress ?? null,
    link: operation.link ?? null,
    outcome: operation.outcome ?? null,
    changed: operation.changed ?? null,
    cancelled_by: cancelledBy === undefined ? null : JSON.stringify(cancelledBy),
    facts: JSON.stringify(operation),
  };
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
