import type { Selectable } from "kysely";
import { subjectOf } from "../../nouns/artifact.ts";
import type { Message } from "../../nouns/message.ts";
import { cardOf, type Operation } from "../../nouns/operation.ts";
import type { WriteAudit } from "../audit/append-audit.ts";
import { insertMessages } from "../cards.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { selectMessages } from "../messages.ts";
import { changePlacement } from "../placements.ts";
import type { LeaseToken, OperationResult } from "../store.ts";
import type { OperationTable } from "../tables/table-types.ts";
import { subjectsOf, touchCards } from "../touch-cards.ts";
import { isAwaiting } from "./claim-operation.ts";
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
    .set(endOf(result))
    .where("id", "=", id)
    .where("lease_token", "=", lease)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return false;
  await writeEnds(engine, tx, [{ row, result }], writeAudit);
  return true;
}

/** Ends what awaits approval past its time, oldest first; gives how many. */
export async function expireOperations(
  engine: Engine,
  tx: Queries,
  now: number,
  limit: number,
  resultOf: (operation: Operation, roots: readonly Message[]) => OperationResult,
  writeAudit: WriteAudit,
): Promise<number> {
  const due = await tx
    .selectFrom("operations")
    .selectAll()
    .where(isAwaiting)
    .where("expires_at", "<=", now)
    .orderBy("expires_at")
    .limit(limit)
    // Somebody votes on it just now: the next round sees what came of that.
    .$if(engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .execute();
  const ends: End[] = [];
  for (const found of due) {
    const operation = operationOf(found);
    const messages = await selectMessages(tx, subjectOf(cardOf(operation)));
    const result = resultOf(
      operation,
      messages.filter((message) => message.slot === "root"),
    );
    const row = await tx
      .updateTable("operations")
      .set(endOf(result))
      .where("id", "=", operation.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    ends.push({ row, result });
  }
  await writeEnds(engine, tx, ends, writeAudit);
  return ends.length;
}

interface End {
  readonly row: Selectable<OperationTable>;
  readonly result: OperationResult;
}

function endOf(result: OperationResult) {
  return {
    state: result.state,
    outcome: result.outcome,
    changed: result.changed ?? null,
    finished_at: result.at,
    lease_token: null,
    lease_until: null,
  };
}

/** All that comes of ends: every kind of row for all of them before the next kind, in one order for everybody. */
async function writeEnds(
  engine: Engine,
  tx: Queries,
  ends: readonly End[],
  writeAudit: WriteAudit,
): Promise<void> {
  const touched: string[] = [];
  for (const { row, result } of ends) {
    const operation = operationOf(row);
    const { registry, repository, target } = operation;
    touched.push(...subjectsOf(operation));
    writeAudit(result.audit);
    if (result.placementChange !== undefined && target !== undefined)
      touched.push(
        ...(await changePlacement(engine, tx, { target, registry, repository }, result.placementChange)),
      );
    if (result.follow !== undefined) touched.push(...(await follow(tx, row, result.follow, writeAudit)));
  }
  await touchCards(tx, touched, Math.max(0, ...ends.map(({ result }) => result.at)));
  const messages = ends.flatMap(({ result }) => result.messages);
  if (messages.length > 0) await insertMessages(engine, tx, messages);
}

/** What follows takes the place of what failed: nothing that waits in the lane comes between. */
async function follow(
  tx: Queries,
  ended: Selectable<OperationTable>,
  { operation, audit }: NonNullable<OperationResult["follow"]>,
  writeAudit: WriteAudit,
): Promise<readonly string[]> {
  const verdict = { operation, audit, outcome: "accepted", answer: "" } as const;
  await insertOperation(tx, operation, verdict, { queuedAt: ended.queued_at });
  writeAudit(audit);
  return subjectsOf(operation);
}
