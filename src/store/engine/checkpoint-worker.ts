import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { FromWorker } from "./checkpoint.ts";

// This file runs in a thread of its own and imports nothing of ours but types, so that it runs as .ts and as built .js.

/** How often the write-ahead log is copied into the database while nobody asks. */
const periodMs = 1_000;
/** Unattended the log reached 1.6 GB; above this the worker waits for its turn and empties it. */
const maxWalBytes = 64 * 1024 * 1024;
/** How long it waits for the writer; the writer itself waits longer, so that the worker gives way. */
const busyTimeoutMs = 200;
/** Whole pages that nobody reads are looked at as well, a second for each GB or so: at the start, and this often. */
const examineEveryMs = 6 * 60 * 60_000;

const path: unknown = workerData?.path;
if (parentPort !== null && typeof path === "string") run(parentPort, path, String(workerData.opened));

function run(port: NonNullable<typeof parentPort>, file: string, opened: string): void {
  const db = new DatabaseSync(file, { timeout: busyTimeoutMs });
  let written = typeof workerData.written === "bigint" ? workerData.written : writtenAt();
  let lost = false;
  const timer = setInterval(checkpoint, periodMs);
  const examining = setInterval(examine, examineEveryMs);
  const say = (message: FromWorker) => port.postMessage(message);
  examine();

  function checkpoint(): void {
    // What stands there is not what is open: to copy into it would destroy it.
    if (lost || identities() !== opened) return;
    // In this mode only a checkpoint writes into the file itself, and only this thread makes one.
    if (writtenAt() === written) copyLog();
    else lose("was written to by another program; restart, and see that it is whole");
    written = writtenAt();
  }

  function copyLog(): void {
    try {
      // PASSIVE holds nobody up and copies nearly all; what TRUNCATE then does under the write lock is little.
      db.exec("pragma wal_checkpoint(passive)");
      if (walBytes() > maxWalBytes) db.exec("pragma wal_checkpoint(truncate)");
    } catch (error) {
      // A full or failing disk: the log keeps everything, and the next round tries again.
      say({ failed: error instanceof Error ? error.message : String(error) });
    }
  }

  function examine(): void {
    try {
      const [found] = db.prepare("pragma quick_check(1)").all();
      const result = String(found?.quick_check ?? "ok");
      if (result !== "ok") lose(`is damaged (${result})`);
    } catch (error) {
      say({ failed: error instanceof Error ? error.message : String(error) });
    }
  }

  function lose(reason: string): void {
    lost = true;
    stop();
    say({ lost: reason });
  }

  function stop(): void {
    clearInterval(timer);
    clearInterval(examining);
  }

  function identities(): string {
    return [file, `${file}-wal`, `${file}-shm`].map(identityOf).join();
  }

  function writtenAt(): bigint | undefined {
    return statSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs;
  }

  function walBytes(): number {
    return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  port.on("message", (message: unknown) => {
    checkpoint();
    if (message !== "close") return;
    stop();
    db.close();
    port.close();
  });
}

function identityOf(name: string): string {
  const found = statSync(name, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.dev}:${found.ino}`;
}
