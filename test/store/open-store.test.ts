import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { claimMessage, claimOperation, countUndecided } from "../contract/claim-work.ts";
import { acceptAll, request, root } from "../contract/store-samples.ts";
import { useSqliteFile } from "./sqlite-file.ts";

const holder = fileURLToPath(new URL("./hold-store.ts", import.meta.url));

describe("opening a SQLite store", () => {
  const file = useSqliteFile();
  const children: ChildProcess[] = [];
  const open = (url: string, ephemeral = true) => openStore({ url, ephemeral, now: Date.now, log: file.log });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  /** Another process that has the store open; resolves when it does. */
  async function hold(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [holder, `sqlite:${file.path}`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    await once(child.stdout, "data");
    return child;
  }

  it("refuses a file that this process has open, by any name, until it is closed", async () => {
    const store = await open(`sqlite:${file.path}`);
    const other = join(dirname(file.path), "other-name.db");
    symlinkSync(file.path, other);
    for (const path of [file.path, other]) {
      await expect(open(`sqlite:${path}`)).rejects.toMatchObject({
        code: "store-locked",
        message: expect.stringContaining(file.path),
      });
    }
    await store.checkWritable();
    await store.close();
    await (await open(`sqlite:${other}`)).close();
  });

  it("refuses a file that another process has open, and takes it when that one is killed", async () => {
    const child = await hold();
    await expect(open(`sqlite:${file.path}`)).rejects.toMatchObject({ code: "store-locked" });
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await (await open(`sqlite:${file.path}`)).close();
  });

  it("refuses a file that another process has open, though its lock file was removed", async () => {
    const child = await hold();
    // Once more, for the refused one has made a new lock file.
    for (let times = 0; times < 2; times += 1) {
      rmSync(`${file.path}.lock`);
      await expect(open(`sqlite:${file.path}`)).rejects.toMatchObject({
        code: "store-locked",
        message: expect.stringContaining("somebody has the file open"),
      });
    }
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await (await open(`sqlite:${file.path}`)).close();
  });

  it("keeps its files and their folder to their owner, also those that were open to all", async () => {
    const folder = join(dirname(file.path), "data");
    const path = join(folder, "store.db");
    const modes = () =>
      [folder, ...["", "-wal", "-shm", ".lock"].map((end) => path + end)].map((name) =>
        (statSync(name).mode & 0o777).toString(8),
      );
    const closed = ["700", "600", "600", "600", "600"];
    const store = await open(`sqlite:${path}`);
    expect(modes()).toEqual(closed);
    await store.close();
    chmodSync(folder, 0o755);
    for (const name of [path, `${path}.lock`]) chmodSync(name, 0o644);
    const second = await open(`sqlite:${path}`);
    expect(modes()).toEqual(closed);
    await second.close();
    // What is not the store's alone is left as it is, and told.
    writeFileSync(join(folder, "notes.txt"), "");
    chmodSync(folder, 0o777);
    const again = await open(`sqlite:${path}`);
    expect(modes()).toEqual(["777", "600", "600", "600", "600"]);
    expect(file.warnings).toEqual([expect.stringContaining("others may write the store's folder")]);
    await again.close();
  });

  it("gives out at once what a dead process had leased", async () => {
    const { store: first } = await file.open();
    await first.wantMessages([root()]);
    await first.recordRequest(request());
    await first.decideRequest("request-1", acceptAll);
    const hour = 3_600_000;
    expect(await claimMessage(first, "slack:C1", hour)).toBeDefined();
    expect(await claimOperation(first, hour)).toBeDefined();
    await first.close();
    const second = await open(`sqlite:${file.path}`);
    try {
      expect(await claimMessage(second, "slack:C1", hour)).toBeDefined();
      expect(await claimOperation(second, hour)).toMatchObject({ claims: 2 });
    } finally {
      await second.close();
    }
  });

  it("refuses a store that a newer program wrote, and leaves it as it is", async () => {
    await (await open(`sqlite:${file.path}`)).close();
    const db = new DatabaseSync(file.path);
    db.exec("insert into schema_version (version, applied_at) values (99, 1)");
    db.close();
    await expect(open(`sqlite:${file.path}`)).rejects.toMatchObject({ code: "store-schema-newer" });
    // Refused twice alike: the lock was given back.
    await expect(open(`sqlite:${file.path}`)).rejects.toMatchObject({ code: "store-schema-newer" });
  });

  it("keeps what is there when it is opened again", async () => {
    for (let times = 0; times < 3; times += 1) {
      const store = await open(`sqlite:${file.path}`);
      await store.recordRequest(request({ id: `${times}` }));
      expect(await countUndecided(store)).toBe(times + 1);
      await store.close();
    }
  });

  it("makes the directory, and leaves no log behind when it is closed", async () => {
    const path = join(dirname(file.path), "data", "deep", "store.db");
    const store = await open(`sqlite:${path}`);
    await store.recordRequest(request());
    expect(existsSync(`${path}-wal`)).toBe(true);
    await store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it("refuses what is no store, with a reason", async () => {
    for (const url of ["", "mysql://x", "sqlite:", "/path.db"]) {
      await expect(open(url)).rejects.toMatchObject({ code: "config-invalid" });
    }
    writeFileSync(file.path, "this is no database, and long enough to be seen as none".repeat(100));
    await expect(open(`sqlite:${file.path}`)).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining(file.path),
    });
    const directory = join(dirname(file.path), "directory");
    mkdirSync(directory);
    await expect(open(`sqlite:${directory}`)).rejects.toMatchObject({ code: "store-unwritable" });
    await expect(open(`sqlite:${file.path}/below/a/file.db`)).rejects.toMatchObject({
      code: "store-unwritable",
    });
  });

  if (!existsSync("/dev/shm"))
    process.stderr.write("skipped: a disk that is lost: there is no /dev/shm here\n");
  it.skipIf(!existsSync("/dev/shm"))("refuses a disk that is lost, unless told that it will do", async () => {
    const directory = mkdtempSync("/dev/shm/acr-chatops-");
    try {
      const url = `sqlite:${join(directory, "store.db")}`;
      await expect(open(url, false)).rejects.toMatchObject({
        code: "store-ephemeral",
        message: expect.stringContaining("tmpfs"),
      });
      expect(existsSync(join(directory, "store.db"))).toBe(false);
      await (await open(url, true)).close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("says that PostgreSQL cannot be reached, without its password", async () => {
    const url = "postgres://user:hunter2-secret@127.0.0.1:1/none";
    const error: unknown = await open(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    expect(String(error)).not.toContain("hunter2");
  });
});
