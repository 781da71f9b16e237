import { execFile } from "node:child_process";
import { closeSync, copyFileSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import type { Sighting } from "../../src/nouns/registry-event.ts";
import { useSqliteFile } from "./sqlite-file.ts";

const sighting = (id: string): Sighting => ({
  event: { registry: "contoso", id, action: "ping", occurredAt: 1 },
  way: "webhook",
  region: "westeurope",
  receivedAt: 2,
});

const image = { registry: "contoso", repository: "shop/checkout", digest: "" };

describe("a store whose file is taken away while it is open", () => {
  const file = useSqliteFile();

  it("takes no event that would be lost with the process, and says so", async () => {
    const { store } = await file.open();
    expect(await store.recordEvents([sighting("kept")])).toEqual(["recorded"]);
    rmSync(file.path);
    await expect(store.recordEvents([sighting("lost")])).rejects.toThrow(/was deleted or replaced/);
    await expect(store.checkWritable()).rejects.toMatchObject({ code: "store-unwritable" });
  });

  it("nor when another file was put in its place, until it is back", async () => {
    const { store } = await file.open();
    copyFileSync(file.path, `${file.path}.copy`);
    renameSync(file.path, `${file.path}.own`);
    renameSync(`${file.path}.copy`, file.path);
    await expect(store.recordEvents([sighting("lost")])).rejects.toMatchObject({ code: "store-unwritable" });
    renameSync(`${file.path}.own`, file.path);
    expect(await store.recordEvents([sighting("kept")])).toEqual(["recorded"]);
  });

  it("nor when its log was deleted", async () => {
    const { store } = await file.open();
    rmSync(`${file.path}-wal`);
    await expect(store.recordEvents([sighting("lost")])).rejects.toThrow(/-wal was deleted or replaced/);
  });

  it("nor when its -shm was deleted, over which others would write without a word", async () => {
    const { store } = await file.open();
    await store.recordEvents([sighting("kept")]);
    rmSync(`${file.path}-shm`);
    await beside("create table theirs (a); insert into theirs values (1); pragma wal_checkpoint(truncate)");
    await expect(store.recordEvents([sighting("lost")])).rejects.toThrow(/-shm was deleted or replaced/);
    await expect(store.happeningsOf(image, 10)).rejects.toMatchObject({ code: "store-unwritable" });
    expect(file.errors).toEqual(["the store is not used any more"]);
    // And what the others wrote is left alone.
    await store.close();
    expect(await beside("", "pragma integrity_check")).toBe('[{"integrity_check":"ok"}]');
    expect(await beside("", "select a from theirs")).toBe('[{"a":1}]');
    expect(await beside("", "select id from registry_events")).toBe('[{"id":"kept"}]');
  });

  it("nor when another program has checkpointed it", async () => {
    const { store } = await file.open();
    await store.recordEvents([sighting("kept")]);
    await beside("pragma wal_checkpoint(truncate)");
    await vi.waitFor(() => expect(file.errors).toEqual(["the store is not used any more"]), waiting);
    await expect(store.recordEvents([sighting("lost")])).rejects.toThrow(/written to by another program/);
  });

  it("nor after it was seen to be damaged", async () => {
    const { engine, store } = await file.open();
    for (let id = 0; id < 500; id += 1) await store.recordEvents([sighting(`${id}`)]);
    engine.connection.exec("pragma wal_checkpoint(truncate); pragma shrink_memory");
    overwrite(file.path);
    await expect(store.happeningsOf(image, 10)).rejects.toThrow();
    await expect(store.recordEvents([sighting("lost")])).rejects.toThrow(/damaged|written to by another/);
    await expect(store.checkWritable()).rejects.toMatchObject({ code: "store-unwritable" });
  });

  it("nor when it was damaged while it was closed, though nobody reads that page", async () => {
    const { store } = await file.open();
    for (let id = 0; id < 500; id += 1) await store.recordEvents([sighting(`${id}`)]);
    await store.close();
    overwrite(file.path, statSync(file.path).size - 4_096);
    const again = await file.open();
    await vi.waitFor(() => expect(file.errors).toEqual(["the store is not used any more"]), waiting);
    await expect(again.store.recordEvents([sighting("lost")])).rejects.toThrow(/is damaged/);
  });

  const waiting = { timeout: 5_000, interval: 20 };
  const program = fileURLToPath(new URL("./write-beside.ts", import.meta.url));
  /** What another program on the file runs, and what it reads then. */
  async function beside(statements: string, query = "select 1"): Promise<string> {
    const run = promisify(execFile);
    return (await run(process.execPath, [program, file.path, statements, query])).stdout;
  }
});

/** Writes nonsense over all pages from an offset on. */
function overwrite(path: string, from = 4_096): void {
  const opened = openSync(path, "r+");
  writeSync(opened, Buffer.alloc(statSync(path).size - from, 0xa5), 0, undefined, from);
  closeSync(opened);
}
