import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createKillSwitch } from "../../src/work/kill-switch.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "acr-chatops-switch-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it("is never on without a file that was named", async () => {
  expect(await createKillSwitch(() => undefined)()).toBe(false);
});

it("is on while its file is there, whatever that is", async () => {
  const file = join(directory, "stop");
  const isHalted = createKillSwitch(() => file);
  expect(await isHalted()).toBe(false);
  await writeFile(file, "");
  expect(await isHalted()).toBe(true);
  await rm(file);
  expect(await isHalted()).toBe(false);
  await mkdir(file);
  expect(await isHalted()).toBe(true);
});

it("is on when nobody can say whether its file is there", async () => {
  // A volume that is not mounted; a part of the path that is no folder.
  expect(await createKillSwitch(() => join(directory, "not-mounted", "stop"))()).toBe(true);
  await writeFile(join(directory, "file"), "");
  expect(await createKillSwitch(() => join(directory, "file", "stop"))()).toBe(true);
});
