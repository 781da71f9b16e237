import { type SqlBool, sql } from "kysely";
import { ChatopsError, describeError } from "../errors.ts";
import type { RegistryEvent, Way } from "../nouns/registry-event.ts";
import { loadKnown, repositoryLock, writeChange } from "./artifact-change.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { createTurns, type EventRow } from "./next-events.ts";
import type { ArtifactChange, Fold, KnownArtifact, Store } from "./store.ts";
import type { EventKeyColumns } from "./tables/table-types.ts";

/** How far the clocks of a registry and of this machine may differ when a ping is looked for. */
const clockSkewMs = 5 * 60_000;
const nothingKnown: KnownArtifact = { artifact: undefined, tags: [], namedTag: undefined };

/** Takes the next rows to fold, with their repositories locked. */
type TakeRows = (tx: Queries, limit: number) => Promise<readonly EventRow[]>;

/** The verbs of recorded events. */
export function createEventVerbs(engine: Engine) {
  const takeNext = createTurns(engine);
  const takeRows: TakeRows = async (tx, limit) => {
    const rows = await takeNext(tx, limit);
    await lockRepositories(engine, tx, rows);
    return rows;
  };
  return {
    recordEvents: (sightings) => engine.recordEvents(sightings),
    foldBatch: (limit, change) => foldOrStepOver(engine, takeRows, limit, change),
    findPing: (registry, id, since) =>
      engine.query(async (db) => {
        const row = await db
          .selectFrom("registry_events")
          .select((eb) => eb.fn.min("received_at").as("received_at"))
          .where((eb) => eb.and({ registry, id, action: "ping" }))
          .where("occurred_at", ">=", since - clockSkewMs)
          .executeTakeFirst();
        return row?.received_at ?? undefined;
      }),
  } satisfies Partial<Store>;
}

/** Folds in one transaction; if the database refuses what one row leads to, goes on one by one past that row. */
async function foldOrStepOver(
  engine: Engine,
  takeRows: TakeRows,
  limit: number,
  change: Fold,
): Promise<number> {
  try {
    return await engine.transaction(async (tx) => {
      const rows = await takeRows(tx, limit);
      for (const row of rows) await foldRow(engine, tx, row, change);
      return rows.length;
    });
  } catch (error) {
    if (error instanceof ChatopsError) throw error;
    engine.log.warn(
      { step: "record", err: error },
      "a batch could not be folded; its events are folded one by one",
    );
  }
  for (let taken = 0; taken < limit; taken += 1) {
    if (!(await foldOne(engine, takeRows, change))) return taken;
  }
  return limit;
}

async function foldOne(engine: Engine, takeRows: TakeRows, change: Fold): Promise<boolean> {
  let row: EventRow | undefined;
  try {
    return await engine.transaction(async (tx) => {
      [row] = await takeRows(tx, 1);
      if (row !== undefined) await foldRow(engine, tx, row, change);
      return row !== undefined;
    });
  } catch (error) {
    const refused = row;
    if (error instanceof ChatopsError || refused === undefined) throw error;
    await engine.transaction((tx) => refuse(engine, tx, refused, error));
    return true;
  }
}

async function lockRepositories(engine: Engine, tx: Queries, rows: readonly EventRow[]): Promise<void> {
  const names = rows.map(eventOf).flatMap(({ registry, repository }) => {
    return repository === undefined ? [] : [repositoryLock({ registry, repository })];
  });
  await engine.lock(tx, names);
}

async function foldRow(engine: Engine, tx: Queries, row: EventRow, fold: Fold): Promise<void> {
  const event = eventOf(row);
  const sighting = { event, way: row.way as Way, region: row.region, receivedAt: row.received_at };
  const known = await knownOf(tx, event);
  let change: ArtifactChange | undefined;
  try {
    change = fold(sighting, known);
  } catch (error) {
    // One event that cannot be folded must not hold up those behind it; it is kept with the reason.
    await refuse(engine, tx, row, error);
    return;
  }
  if (change !== undefined) await writeChange(engine, tx, change);
  await tx.updateTable("registry_events").set({ folded: 1 }).where(isEvent(row)).execute();
}

async function knownOf(tx: Queries, event: RegistryEvent): Promise<KnownArtifact> {
  const { registry, repository, digest, tag } = event;
  if (event.action === "ping" || repository === undefined) return nothingKnown;
  // A repository that was deleted as a whole is known under the empty digest.
  return await loadKnown(tx, { registry, repository, digest: digest ?? "" }, tag);
}

async function refuse(engine: Engine, tx: Queries, row: EventRow, error: unknown): Promise<void> {
  const refusal = describeError(error);
  engine.log.error(
    { step: "record", eventId: row.id, err: error },
    "an event could not be folded; it is kept as refused",
  );
  await tx.updateTable("registry_events").set({ folded: 2, refusal }).where(isEvent(row)).execute();
}

/** Names one row of `registry_events`. */
export function isEvent(row: EventKeyColumns) {
  return sql<SqlBool>`(registry = ${row.registry} and occurred_at = ${row.occurred_at} and id = ${row.id}
    and way = ${row.way} and region = ${row.region})`;
}

function eventOf(row: { readonly facts: string }): RegistryEvent {
  return JSON.parse(row.facts) as RegistryEvent;
}
