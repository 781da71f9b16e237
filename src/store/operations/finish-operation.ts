import type { Selectable } from "kysely";
import type { LeaseToken } from "../../nouns/due-work.ts";
import type { WriteAudit } from "../audit/append-audit.ts";
import { insertMessages, subjectsOf, touchCards } from "../cards.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { markWork } from "../engine/work-marks.ts";
import { changePlacement } from "../placements.ts";
import type { OperationResult } from "../store.ts";
import type { OperationTable } from "../tables/table-types.ts";
import { insertOperation, operationOf } from "./operation-row.ts";

/** Writes how it ended; an expired lease still counts while nobody else has taken it: the effect has happened. */
export async function finishOperation(
  engine: Engine,
  tx: Queries,
  id: string,
  lease: LeaseToken,
  result: OperationResult,
  writeAudit: WriteAudit,
): Promise<boolean> {
  const row = await tx
    .updateTable("operations")
    .set({
      state: result.state,
      outcome: result.outcome,
      changed: result.changed ?? null,
      finished_at: result.at,
      lease_token: null,
      lease_until: null,
    })
    .where("id", "=", id)
    .where("lease_token", "=", lease)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  await writeEnd(engine, tx, row, result, writeAudit);
  return true;
}

/** All that comes of an end. */
async function writeEnd(
  engine: Engine,
  tx: Queries,
  row: Selectable<OperationTable>,
  result: OperationResult,
  writeAudit: WriteAudit,
): Promise<void> {
  const operation = operationOf(row);
  const { registry, repository, target } = operation;
  const touched = [...subjectsOf(operation)];
  writeAudit(result.audit);
  if (result.placementChange !== undefined && target !== undefined)
    touched.push(
      ...(await changePlacement(engine, tx, { target, registry, repository }, result.placementChange)),
    );
  if (result.follow !== undefined)
    touched.push(...(await follow(engine, tx, row, result.follow, writeAudit)));
  await touchCards(engine, tx, touched, result.at);
  if (result.messages.length > 0) await insertMessages(engine, tx, result.messages);
  // The next of its lane has its turn.
  markWork(tx, "operate");
}

/** What follows takes the place of what failed: nothing that waits in the lane comes between. */
async function follow(
  engine: Engine,
  tx: Queries,
  ended: Selectable<OperationTable>,
  { operation, audit }: NonNullable<OperationResult["follow"]>,
  writeAudit: WriteAudit,
): Promise<readonly string[]> {
  const verdict = { operation, audit, outcome: "accepted", answer: "" } as const;
  await insertOperation(engine, tx, operation, verdict, { queuedAt: ended.queued_at });
  writeAudit(audit);
  return subjectsOf(operation);
}
