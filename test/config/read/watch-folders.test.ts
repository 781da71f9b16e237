import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createFolderWatch } from "../../../src/config/read/watch-folders.ts";

it("hears of its own file, not of a store beside it, and leaves out a folder that is not there", async () => {
  const directory = await mkdtemp(join(tmpdir(), "watch-"));
  const heard: unknown[] = [];
  const first = Promise.withResolvers<void>();
  const folders = createFolderWatch(() => {
    heard.push(1);
    first.resolve();
  });
  try {
    folders.watch([join(directory, "own.yaml"), join(directory, "missing", "secret")]);
    for (let row = 0; row < 20; row++) await writeFile(join(directory, "chatops.db-wal"), `${row}`);
    await writeFile(join(directory, "own.yaml~"), "mode: act");
    await rename(join(directory, "own.yaml~"), join(directory, "own.yaml"));
    await first.promise;
    expect(heard).toHaveLength(1);
  } finally {
    folders.close();
    await rm(directory, { recursive: true });
  }
});
