import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkStoreDisk } from "../../../src/store/engine/disk.ts";

const ext4 = 0xef53;
const hasTmpfs = existsSync("/dev/shm");
if (!hasTmpfs) process.stdout.write("skipped: a real tmpfs: there is no /dev/shm here\n");
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "chatops-disk-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the store's disk", () => {
  it("makes the folder", async () => {
    await checkStoreDisk(join(folder, "a", "b", "chatops.db"), false, async () => ext4);
    expect(existsSync(join(folder, "a", "b"))).toBe(true);
    expect(existsSync(join(folder, "a", "b", "chatops.db"))).toBe(false);
  });

  it.each([
    ["tmpfs", 0x01021994],
    ["ramfs", 0x858458f6],
    ["ramfs as a signed number", 0x858458f6 | 0],
    ["overlay", 0x794c7630],
  ])("is refused when it is lost with the machine: %s", async (name, type) => {
    const path = join(folder, "chatops.db");
    await expect(checkStoreDisk(path, false, async () => type)).rejects.toMatchObject({
      code: "store-ephemeral",
      message: expect.stringMatching(new RegExp(`${name.split(" ")[0]}.*store\\.ephemeral`)),
    });
    await expect(checkStoreDisk(path, true, async () => type)).resolves.toBeUndefined();
  });

  it.each([
    ["nfs", 0x6969],
    ["smb", 0x517b],
    ["cifs", 0xff534d42],
    ["cifs", 0xff534d42 | 0],
    ["smb2", 0xfe534d42],
  ])("is refused when it is over the network, ephemeral or not: %s", async (name, type) => {
    for (const ephemeral of [false, true])
      await expect(checkStoreDisk(join(folder, "x.db"), ephemeral, async () => type)).rejects.toMatchObject({
        code: "store-ephemeral",
        message: expect.stringMatching(new RegExp(`\\(${name}\\).*PostgreSQL`)),
      });
  });

  it("is refused when the folder cannot be made", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(checkStoreDisk(join(folder, "file", "x.db"), false)).rejects.toMatchObject({
      code: "store-unwritable",
    });
  });

  it("is not looked at for a store in memory", async () => {
    await checkStoreDisk(":memory:", true, () => Promise.reject(new Error("looked")));
  });

  it.skipIf(!hasTmpfs)("knows a real tmpfs by itself", async () => {
    const shm = await mkdtemp("/dev/shm/chatops-");
    try {
      await expect(checkStoreDisk(join(shm, "x.db"), false)).rejects.toMatchObject({
        message: expect.stringContaining("tmpfs"),
      });
      await checkStoreDisk(join(shm, "x.db"), true);
    } finally {
      await rm(shm, { recursive: true });
    }
  });
});
