import type { Selectable } from "kysely";
import type { ClaimedWork, ListedKind, WorkItems, WorkKind } from "../nouns/due-work.ts";
import type { Request } from "../nouns/request.ts";
import { present } from "../present.ts";
import { subjectsOf, touchCards } from "./cards.ts";
import { type ClaimedRow, claimDue, nextDueIn } from "./due-work/claim-due.ts";
import { countWork, putOff, renewLease, strikeOff } from "./due-work/finish-turn.ts";
import { listWork } from "./due-work/list-work.ts";
import { workTables } from "./due-work/work-tables.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { markWork } from "./engine/work-marks.ts";
import { messageOf } from "./messages.ts";
import { operationOf } from "./operations/operation-row.ts";
import type { Store } from "./store.ts";
import type { MessageTable, OperationTable } from "./tables/table-types.ts";

/** The verbs of everything that is done later, one and the same for each kind. */
export function createDueWorkVerbs(engine: Engine) {
  return {
    claimDue: (kind, wish) =>
      engine.transaction(async (tx) => {
        const rows = await claimDue(engine, tx, kind, wish);
        await show(engine, tx, kind, rows);
        return rows.map((row) => claimedOf(kind, row));
      }),
    nextDueIn: (kind, wish) => engine.query((db) => nextDueIn(engine, db, kind, wish)),
    renewLease: (kind, claim, leaseMs) => engine.query((db) => renewLease(engine, db, kind, claim, leaseMs)),
    putOff: (kind, claim, how) =>
      engine.transaction(async (tx) => {
        const row = await putOff(engine, tx, kind, claim, how);
        if (row === undefined) return false;
        await show(engine, tx, kind, [row]);
        markWork(tx, kind);
        return true;
      }),
    strikeOff: (kind, claim) => engine.transaction((tx) => strikeOff(engine, tx, kind, claim)),
    countWork: (kind, serves) => engine.query((db) => countWork(engine, db, kind, serves)),
    listWork: (kind, wanted) => engine.transaction((tx) => listWork(engine, tx, kind, wanted)),
  } satisfies Partial<Store>;
}

/** An operation that is taken up or put off shows it on its cards. */
async function show(engine: Engine, tx: Queries, kind: WorkKind, rows: readonly ClaimedRow[]): Promise<void> {
  if (kind !== "operate" || rows.length === 0) return;
  const subjects = rows.flatMap((row) =>
    subjectsOf(operationOf(row as unknown as Selectable<OperationTable>)),
  );
  await touchCards(engine, tx, subjects, engine.now());
}

/** The items of the kinds that have a table of their own; of every other one the key is the item. */
const rows: { readonly [K in Exclude<WorkKind, ListedKind>]: (row: ClaimedRow) => WorkItems[K] } = {
  decide: (row) => JSON.parse(String(row.facts)) as Request,
  deliver: (row) => messageOf(row as unknown as Selectable<MessageTable>),
  operate: (row) => operationOf(row as unknown as Selectable<OperationTable>),
  expire: (row) => operationOf(row as unknown as Selectable<OperationTable>),
};
const items: { readonly [K in WorkKind]?: (row: ClaimedRow) => WorkItems[K] } = rows;

function claimedOf<K extends WorkKind>(kind: K, row: ClaimedRow): ClaimedWork<K> {
  const work = workTables[kind];
  const key = String(row[work.key]);
  return {
    key,
    lane: String(row[work.lane]),
    item: (items[kind]?.(row) ?? key) as WorkItems[K],
    lease: row.lease_token,
    attempts: row.attempts,
    ...present({ lastError: row[work.errorColumn] as string | null }),
    claims: row.claims,
    version: row.version ?? 0,
  };
}
