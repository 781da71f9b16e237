import pg from "pg";
import { type WokenBy, wokenBy } from "../../nouns/due-work.ts";
import type { StoreLog } from "./engine.ts";

const channel = "acr_chatops_work";
const connectTimeoutMs = 5_000;
const firstReconnectMs = 200;
const maxReconnectMs = 10_000;

interface ListenDeps {
  readonly url: string;
  readonly log: StoreLog;
  /** Called for what other processes say, and after a reconnect, when something may have been missed. */
  readonly onWork: (kinds: readonly WokenBy[]) => void;
}

/** Connects and listens; the first connection that fails is thrown. */
export async function listenForWork(deps: ListenDeps): Promise<ListenConnection> {
  const connection = new ListenConnection(deps);
  await connection.connect();
  return connection;
}

/**
 * Keeps one direct connection that LISTENs for work of other processes. It comes back by itself; meanwhile work is
 * still found by the loops' own timers.
 */
class ListenConnection {
  readonly #deps: ListenDeps;
  readonly #unsaid = new Set<WokenBy>();
  #client: pg.Client | undefined;
  #isClosed = false;
  #isSending = false;
  #reconnect: NodeJS.Timeout | undefined;
  #waitMs = firstReconnectMs;

  constructor(deps: ListenDeps) {
    this.#deps = deps;
  }

  async connect(): Promise<void> {
    const made = new pg.Client({
      connectionString: this.#deps.url,
      application_name: "acr-chatops listen",
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
    });
    made.on("error", (err) => this.#lost(made, err));
    made.on("end", () => this.#lost(made, undefined));
    made.on("notification", ({ payload }) => this.#deps.onWork(kindsOf(payload)));
    try {
      await made.connect();
      await made.query(`listen ${channel}`);
    } catch (error) {
      await made.end().catch(() => undefined);
      throw error;
    }
    if (this.#isClosed) return made.end();
    this.#client = made;
    this.#waitMs = firstReconnectMs;
  }

  /** Tells the other processes, at most one message on its way at a time. */
  notify(kinds: Iterable<WokenBy>): void {
    for (const kind of kinds) this.#unsaid.add(kind);
    if (this.#client === undefined || this.#isSending || this.#unsaid.size === 0) return;
    this.#isSending = true;
    const payload = [...this.#unsaid].join(",");
    this.#unsaid.clear();
    this.#client
      .query("select pg_notify($1, $2)", [channel, payload])
      // A lost connection is seen by its own listener; the other replicas look for work by their timers.
      .catch(() => undefined)
      .finally(() => {
        this.#isSending = false;
        this.notify([]);
      });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#reconnect);
    await this.#client?.end();
  }

  #lost(which: pg.Client, err: Error | undefined): void {
    if (this.#isClosed || this.#client !== which) return;
    this.#client = undefined;
    this.#deps.log.warn({ err }, "lost the connection that listens for work of other replicas");
    which.end().catch(() => undefined);
    this.#later();
  }

  #later(): void {
    this.#reconnect = setTimeout(() => {
      this.connect().then(
        () => this.#deps.onWork(wokenBy),
        () => this.#later(),
      );
    }, this.#waitMs).unref();
    this.#waitMs = Math.min(this.#waitMs * 2, maxReconnectMs);
  }
}

/** What a notification names; a word that this program does not know is for another version of it. */
function kindsOf(payload: string | undefined): readonly WokenBy[] {
  const named = new Set((payload ?? "").split(","));
  return wokenBy.filter((kind) => named.has(kind));
}
