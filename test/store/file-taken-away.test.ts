import { copyFileSync, renameSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Sighting } from "../../src/nouns/registry-event.ts";
import { useSqliteFile } from "./sqlite-file.ts";

const sighting = (id: string): Sighting => ({
  event: { registry: "contoso", id, action: "ping", occurredAt: 1 },
  way: "webhook",
  region: "westeurope",
  receivedAt: 2,
});

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
});
