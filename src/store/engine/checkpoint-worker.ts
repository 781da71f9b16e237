import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

// This file runs in a thread of its own and imports nothing of ours, so that it runs as .ts and as built .js.

/** How often the write-ahead log is copied into the database while nobody asks. */
const periodMs = 1_000;
/** Unattended the log reached 1.6 GB; above this the worker waits for its turn and empties it. */
const maxWalBytes = 64 * 1024 * 1024;
/** How long it waits for the writer; the writer itself waits longer, so that the worker gives way. */
const busyTimeoutMs = 200;

const path: unknown = workerData?.path;
if (parentPort !== null && typeof path === "string") run(parentPort, path);

function run(port: NonNullable<typeof parentPort>, file: string): void {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
  const timer = setInterval(checkpoint, periodMs);

  function checkpoint(): void {
    try {
      // PASSIVE holds nobody up and copies nearly all; what TRUNCATE then does under the write lock is little.
      db.exec("pragma wal_checkpoint(passive)");
      if (walBytes() > maxWalBytes) db.exec("pragma wal_checkpoint(truncate)");
    } catch (error) {
      // A full or failing disk: the log keeps everything, and the next round tries again.
      port.postMessage({ failed: error instanceof Error ? error.message : String(error) });
    }
  }

  function walBytes(): number {
    return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  port.on("message", (message: unknown) => {
    checkpoint();
    if (message !== "close") return;
    clearInterval(timer);
    db.close();
    port.close();
  });
}
