import pg from "pg";
import { type WokenBy, wokenBy } from "../../nouns/due-work.ts";
import type { StoreLog } from "./engine.ts";

const channel = "acr_chatops_work";
const connectTimeoutMs = 5_000;
const firstReconnectMs = 200;
const maxReconnectMs = 10_000;

export interface ListenConnection {
  /** Tells the other processes, at most one message on its way at a time. */
  notify(kinds: Iterable<WokenBy>): void;
  close(): Promise<void>;
}

interface ListenDeps {
  readonly url: string;
  readonly log: StoreLog;
  /** Called for what other processes say, and after a reconnect, when something may have been missed. */
  readonly onWork: (kinds: readonly WokenBy[]) => void;
}

/**
 * Keeps one direct connection that LISTENs for work of other processes. It comes back by itself; meanwhile work is
 * still found by the loops' own timers.
 */
export async function listenForWork({ url, log, onWork }: ListenDeps): Promise<ListenConnection> {
  let client: pg.Client | undefined;
  let closed = false;
  let reconnect: NodeJS.Timeout | undefined;
  let waitMs = firstReconnectMs;
  let sending = false;
  const unsaid = new Set<WokenBy>();

  async function connect(): Promise<void> {
    const made = new pg.Client({
      connectionString: url,
      application_name: "acr-chatops listen",
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
    });
    made.on("error", (err) => lost(made, err));
    made.on("end", () => lost(made, undefined));
    made.on("notification", ({ payload }) => onWork(kindsOf(payload)));
    try {
      await made.connect();
      await made.query(`listen ${channel}`);
    } catch (error) {
      await made.end().catch(() => undefined);
      throw error;
    }
    if (closed) return made.end();
    client = made;
    waitMs = firstReconnectMs;
  }

  function lost(which: pg.Client, err: Error | undefined): void {
    if (closed || client !== which) return;
    client = undefined;
    log.warn({ err }, "lost the connection that listens for work of other replicas");
    which.end().catch(() => undefined);
    later();
  }

  function later(): void {
    reconnect = setTimeout(() => {
      connect().then(() => onWork(wokenBy), later);
    }, waitMs).unref();
    waitMs = Math.min(waitMs * 2, maxReconnectMs);
  }

  function notify(kinds: Iterable<WokenBy>): void {
    for (const kind of kinds) unsaid.add(kind);
    if (client === undefined || sending || unsaid.size === 0) return;
    sending = true;
    const payload = [...unsaid].join(",");
    unsaid.clear();
    client
      .query("select pg_notify($1, $2)", [channel, payload])
      // A lost connection is seen by its own listener; the other replicas look for work by their timers.
      .catch(() => undefined)
      .finally(() => {
        sending = false;
        notify([]);
      });
  }

  await connect();
  return {
    notify,
    close: async () => {
      closed = true;
      clearTimeout(reconnect);
      await client?.end();
    },
  };
}

/** What a notification names; a word that this program does not know is for another version of it. */
function kindsOf(payload: string | undefined): readonly WokenBy[] {
  const named = new Set((payload ?? "").split(","));
  return wokenBy.filter((kind) => named.has(kind));
}
