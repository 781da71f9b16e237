import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { createSeldom } from "../../seldom.ts";
import type { StoreLog } from "./engine.ts";
import type { FileGuard } from "./file-guard.ts";

/** The worker is woken after this many rows, before its period ends: about 16 MB of log. */
const rowsAWake = 10_000;
/** The thread takes 40 ms of a processor to start: first what makes the bot ready. After it has died the same again. */
const startAfterMs = 1_000;

/** What the worker says: a checkpoint failed, or the file can be used no more. */
export type FromWorker = { readonly failed: string } | { readonly lost: string };

export interface Checkpoints {
  /** Counts rows that were committed and wakes the worker when the log has grown. */
  committed(rows: number): void;
  close(): Promise<void>;
}

/**
 * Starts the thread that copies the write-ahead log into the database, away from the thread that answers:
 * with checkpoints there the 99th percentile of a commit was 23 ms instead of 0.6–4 ms.
 */
export function startCheckpoints(
  path: string,
  guard: Pick<FileGuard, "opened" | "giveUp">,
  log: StoreLog,
): Checkpoints {
  let rowsSinceWake = 0;
  let closing = false;
  let worker: Worker | undefined;
  let written: bigint | undefined = statSync(path, { bigint: true }).mtimeNs;
  let timer = startLater();
  const seldom = createSeldom(Date.now);

  function startLater(): NodeJS.Timeout {
    return setTimeout(start, startAfterMs).unref();
  }

  // A full disk fails each second.
  function tellFailed(reason: string): void {
    const times = seldom.came(reason);
    if (times !== undefined) log.warn({ reason, times }, "a checkpoint of the store failed");
  }

  function start(): void {
    const own = import.meta.url;
    // The build renames imports, not this text.
    const file = new URL(own.endsWith(".ts") ? "./checkpoint-worker.ts" : "./checkpoint-worker.js", own);
    const workerData = { path, opened: guard.opened, written };
    const started = new Worker(file, { workerData, execArgv: [] });
    started.unref();
    worker = started;
    started.on("message", (message: FromWorker) => {
      if ("lost" in message) guard.giveUp(message.lost);
      else tellFailed(message.failed);
    });
    started.on("error", (err) => log.error({ err }, "the store's checkpoint thread failed"));
    started.on("exit", () => {
      worker = undefined;
      // It may have written since.
      written = undefined;
      if (!closing) timer = startLater();
    });
  }

  return {
    committed: (rows) => {
      rowsSinceWake += rows;
      if (rowsSinceWake < rowsAWake) return;
      rowsSinceWake = 0;
      worker?.postMessage("checkpoint");
    },
    close: async () => {
      closing = true;
      clearTimeout(timer);
      if (worker === undefined) return;
      const leaving = worker;
      const ended = new Promise<void>((resolve) => leaving.once("exit", () => resolve()));
      worker.ref();
      worker.postMessage("close");
      await ended;
    },
  };
}
