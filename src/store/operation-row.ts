import { type Selectable, type SqlBool, sql } from "kysely";
import { subjectOf } from "../nouns/artifact.ts";
import type { Operation, OperationState } from "../nouns/operation.ts";
import { placementKey } from "../nouns/target.ts";
import type { Queries } from "./engine.ts";
import type { OperationTable } from "./schema.ts";
import type { Verdict } from "./store.ts";

/** What an operation holds while it runs: its placement, or the review of its artifact. */
export function operationKey(
  wish: Pick<Operation, "kind" | "registry" | "repository" | "digest" | "target">,
): string {
  if (wish.kind === "release" || wish.kind === "reject") return `review/${subjectOf(wish)}`;
  const { registry, repository, target = "" } = wish;
  return placementKey({ target, registry, repository });
}

/** The operation that a row holds. */
export function operationOf(row: Selectable<OperationTable>): Operation {
  return {
    ...(JSON.parse(row.facts) as Operation),
    state: row.state as OperationState,
    attempts: row.attempts,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(row.digest_before === null ? {} : { digestBefore: row.digest_before }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
  };
}

/** Writes a new operation with the verdict that made it. */
export async function insertOperation(
  tx: Queries,
  operation: Operation,
  buttonReference: string | undefined,
  verdict: Verdict,
): Promise<void> {
  await tx
    .insertInto("operations")
    .values({
      id: operation.id,
      placement_key: operationKey(operation),
      registry: operation.registry,
      repository: operation.repository,
      digest: operation.digest,
      state: operation.state,
      requested_at: operation.requestedAt,
      due_at: operation.requestedAt,
      attempts: operation.attempts,
      started_at: operation.startedAt ?? null,
      finished_at: operation.finishedAt ?? null,
      digest_before: operation.digestBefore ?? null,
      outcome: operation.outcome ?? null,
      button_reference: buttonReference ?? null,
      facts: JSON.stringify(operation),
      verdict: JSON.stringify(verdict),
    })
    .execute();
}

/** Operations that are queued or running and hold the same key, oldest first. */
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
