import type { Kysely, RawBuilder } from "kysely";
import type { WokenBy } from "../../nouns/due-work.ts";
import type { Sighting } from "../../nouns/registry-event.ts";
import type { Request } from "../../nouns/request.ts";
import type { RecordedAs } from "../store.ts";
import type { Schema } from "../tables/table-types.ts";

/** A connection that verbs may query: inside a transaction or not. */
export type Queries = Kysely<Schema>;

/** What the store says to the operator; a pino logger fits. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Is told for which kinds there may be work now. */
export type WorkListener = (kinds: ReadonlySet<WokenBy>) => void;

/** What the two databases do differently. All other SQL is the same for both and stands in the verbs. */
export interface Engine {
  readonly kind: "sqlite" | "postgres";
  readonly log: StoreLog;
  /** The clock that was given to `openStore`, for stamps; never for leases. */
  readonly now: () => number;
  /** Runs statements that need no transaction. */
  query<T>(run: (db: Queries) => Promise<T>): Promise<T>;
  /** Runs `run` in one transaction. It must await nothing but its own queries; on PostgreSQL it may run again. */
  transaction<T>(run: (tx: Queries) => Promise<T>): Promise<T>;
  /** The clock that due times and leases go by, in ms: the database's own where several processes share it. */
  leaseClock(): RawBuilder<number>;
  /** A time of this process's clock (`now`), in ms, by the clock that due times go by. */
  dueAt(at: number): RawBuilder<number>;
  /** Holds a named lock until the transaction ends. SQLite has one writer and needs none. */
  lock(tx: Queries, names: readonly string[]): Promise<void>;
  /** Group commit: resolves when it is on disk. */
  recordEvents(sightings: readonly Sighting[]): Promise<readonly RecordedAs[]>;
  recordRequest(request: Request): Promise<RecordedAs>;
  /** Hears, in every process, for which kinds a commit has made work (`markWork`). */
  onWork(listener: WorkListener): void;
  close(): Promise<void>;
}
