import { ChatopsError } from "../../errors.ts";
import type { WokenBy } from "../../nouns/due-work.ts";
import type { Sighting } from "../../nouns/registry-event.ts";
import type { Request } from "../../nouns/request.ts";
import type { RecordedAs } from "../store.ts";
import type { StoreLog } from "./engine.ts";
import { boundSighting, storableText } from "./storable-text.ts";
import { storeUnwritable, translateStoreError } from "./store-error.ts";

/** Beyond this the answer is 503: what waits is memory, and whoever waits longer has given up. */
const maxWaitingRows = 10_000;
/** One transaction holds the loop for about 10 µs a row. */
const maxRowsACommit = 1_000;

/** A row of ② record, ready to be bound to a statement. */
export type RecordRow =
  | {
      readonly table: "registry_events";
      readonly values: readonly [string, number, string, string, string, string, string, number, string];
    }
  | {
      readonly table: "requests";
      readonly values: readonly [string, number, string, string, number];
    };

export const eventColumns = "registry, occurred_at, id, way, region, repository, action, received_at, facts";
export const requestColumns = "id, at, facts, lane, due_at";

/** Who recorded a request decides it at once; what is left after that is taken up as due work. */
const leftOverMs = 3_000;

const woken = { registry_events: "fold", requests: "decide" } as const satisfies Record<string, WokenBy>;

/** The rows of one caller: all of them are written, or none. */
type Entry = {
  readonly rows: readonly RecordRow[];
  readonly resolve: (answers: readonly RecordedAs[]) => void;
  readonly reject: (error: unknown) => void;
};

export interface GroupCommitDeps {
  /** Writes rows in one transaction and returns after COMMIT; one answer each, in order. */
  readonly write: (rows: readonly RecordRow[]) => readonly RecordedAs[] | Promise<readonly RecordedAs[]>;
  /** Whether a commit may begin now; asked again a turn later if not. */
  readonly isFree: () => boolean;
  readonly maxInFlight: number;
  readonly onCommitted: (kinds: readonly WokenBy[]) => void;
  readonly log: StoreLog;
}

/**
 * Collects rows of all callers and writes them in one short transaction of its own, in a turn of the event loop of
 * its own: on SQLite it never finds somebody else's transaction open, so it is never rolled back with one.
 */
export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  readonly #waiting: Entry[] = [];
  #waitingRows = 0;
  #inFlight = 0;
  #isScheduled = false;
  #isClosed = false;
  #idle: (() => void) | undefined;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
  }

  recordEvents(sightings: readonly Sighting[]): Promise<readonly RecordedAs[]> {
    return this.#enqueue(sightings.map(eventRow));
  }

  async recordRequest(request: Request): Promise<RecordedAs> {
    return (await this.#enqueue([requestRow(request)]))[0] ?? "duplicate";
  }

  /** Waits until all that was accepted is written; refuses what comes later. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#waitingRows > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  async #enqueue(rows: readonly RecordRow[]): Promise<readonly RecordedAs[]> {
    if (this.#isClosed) throw storeUnwritable("it is closed");
    if (rows.length === 0) return [];
    if (this.#waitingRows + rows.length > maxWaitingRows)
      throw storeUnwritable(`more than ${maxWaitingRows} rows wait to be written`);
    this.#waitingRows += rows.length;
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ rows, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0 || this.#inFlight >= this.#deps.maxInFlight) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#deps.isFree()) void this.#commit(this.#takeGroup());
      this.#schedule();
    });
  }

  #takeGroup(): readonly Entry[] {
    let rows = 0;
    let count = 0;
    for (const entry of this.#waiting) {
      if (count > 0 && rows + entry.rows.length > maxRowsACommit) break;
      rows += entry.rows.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Entry[]): Promise<void> {
    this.#inFlight += 1;
    try {
      await writeGroup(this.#deps, group);
    } finally {
      this.#inFlight -= 1;
      for (const entry of group) this.#waitingRows -= entry.rows.length;
      this.#schedule();
      if (this.#waitingRows === 0) this.#idle?.();
    }
  }
}

async function writeGroup(deps: GroupCommitDeps, group: readonly Entry[]): Promise<void> {
  try {
    answer(group, await deps.write(group.flatMap((entry) => entry.rows)));
    deps.onCommitted([...new Set(group.flatMap(({ rows }) => rows.map(({ table }) => woken[table])))]);
  } catch (error) {
    const known = translateStoreError(error);
    // A full disk is full for each of them; any other error may come from one bad row among good ones.
    if (known instanceof ChatopsError || group.length === 1) {
      for (const entry of group) entry.reject(known);
      return;
    }
    deps.log.warn(
      { err: known, callers: group.length },
      "a group commit failed; its callers are tried alone",
    );
    for (const entry of group) await writeGroup(deps, [entry]);
  }
}

function answer(group: readonly Entry[], answers: readonly RecordedAs[]): void {
  let at = 0;
  for (const entry of group) {
    entry.resolve(answers.slice(at, at + entry.rows.length));
    at += entry.rows.length;
  }
}

function eventRow(arrival: Sighting): RecordRow {
  const { event, way, region, receivedAt } = boundSighting(arrival);
  const key = [storableText(event.registry), Math.trunc(event.occurredAt), storableText(event.id)] as const;
  return {
    table: "registry_events",
    values: [
      ...key,
      ...([way, storableText(region), storableText(event.repository ?? ""), event.action] as const),
      ...([Math.trunc(receivedAt), JSON.stringify(event)] as const),
    ],
  };
}

function requestRow(request: Request): RecordRow {
  return {
    table: "requests",
    values: [
      storableText(request.id),
      Math.trunc(request.at),
      JSON.stringify(request),
      request.who.platform,
      Math.trunc(request.at) + leftOverMs,
    ],
  };
}
