import type { UpdateObject } from "kysely";
import type { Operation } from "../../nouns/operation.ts";
import type { Consequence } from "../../nouns/verdict.ts";
import { present } from "../../present.ts";
import { subjectsOf } from "../cards.ts";
import type { Engine, Queries } from "../engine/engine.ts";
import { markWork } from "../engine/work-marks.ts";
import { writeStanding } from "../standings.ts";
import type { Schema } from "../tables/table-types.ts";
import { operationOf } from "./operation-row.ts";

/**
 * Writes what comes of an order besides a new operation; gives the subjects whose cards show it. Throws if the
 * operation is not in a state for it: whoever decided has read it in the same transaction.
 */
export async function writeConsequence(
  engine: Engine,
  tx: Queries,
  consequence: Consequence,
  at: number,
): Promise<readonly string[]> {
  switch (consequence.kind) {
    case "vote":
      return await writeVote(engine, tx, consequence);
    case "cancel":
      return await writeCancel(engine, tx, consequence, at);
    case "set":
    case "lift":
      return await writeStanding(tx, consequence);
    default:
      return consequence satisfies never;
  }
}

/** The operation, its row held until the transaction ends: two votes at once are counted one after the other. */
export async function selectHeldOperation(
  engine: Engine,
  tx: Queries,
  id: string,
): Promise<Operation | undefined> {
  const row = await selectRow(tx, id, engine.kind === "postgres");
  return row === undefined ? undefined : operationOf(row);
}

/** The operation as it is now. */
export async function selectOperation(tx: Queries, id: string): Promise<Operation | undefined> {
  const row = await selectRow(tx, id);
  return row === undefined ? undefined : operationOf(row);
}

const free = { lease_token: null, lease_until: null };

async function writeVote(
  engine: Engine,
  tx: Queries,
  { operationId, vote, makes, outcome }: Extract<Consequence, { kind: "vote" }>,
): Promise<readonly string[]> {
  const operation = await selectRow(tx, operationId);
  if (operation?.state !== "awaiting-approval")
    throw new RangeError(`operation ${operationId} does not await approval`);
  const votes = [...operationOf(operation).votes, vote];
  return await update(tx, operationId, {
    votes: JSON.stringify(votes),
    ...present({ outcome }),
    ...(makes === "queued"
      ? { state: makes, due_at: engine.dueAt(vote.at), queued_at: engine.dueAt(vote.at) }
      : {}),
    ...(makes === "cancelled" ? { state: makes, finished_at: vote.at } : {}),
    // Whoever has it to end it for its time has lost it: what was decided counts.
    ...(makes === undefined ? {} : free),
  });
}

/**
 * One that holds its lane, or has begun and waits for its next try, is stopped by its runner, who knows what it has
 * changed; any other one has done nothing.
 */
async function writeCancel(
  engine: Engine,
  tx: Queries,
  { operationId, by, outcome }: Extract<Consequence, { kind: "cancel" }>,
  at: number,
): Promise<readonly string[]> {
  const row = await selectRow(tx, operationId);
  if (row === undefined || row.finished_at !== null)
    throw new RangeError(`operation ${operationId} is not open`);
  const cancelled_by = JSON.stringify(by);
  const cancelling = { state: "cancelling", cancelled_by };
  if (row.state === "running" || row.state === "cancelling") return await update(tx, operationId, cancelling);
  if (operationOf(row).journal.steps.length > 0)
    return await update(tx, operationId, { ...cancelling, due_at: engine.dueAt(at), lease_until: 0 });
  const end = { state: "cancelled", cancelled_by, outcome, finished_at: at };
  return await update(tx, operationId, { ...end, ...free });
}

async function selectRow(tx: Queries, id: string, held = false) {
  const row = tx.selectFrom("operations").selectAll().where("id", "=", id);
  return await row.$if(held, (query) => query.forUpdate()).executeTakeFirst();
}

async function update(
  tx: Queries,
  id: string,
  columns: UpdateObject<Schema, "operations">,
): Promise<readonly string[]> {
  const row = await tx
    .updateTable("operations")
    .set(columns)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  // Its lane may be free now, and the next has its turn.
  for (const kind of ["operate", "expire"] as const) markWork(tx, kind);
  return subjectsOf(operationOf(row));
}
