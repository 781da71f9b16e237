import { expect, it } from "vitest";
import { createNotedReads } from "../../../src/config/read/noted-reads.ts";

const absent = Object.assign(new Error("no such file"), { code: "ENOENT" });

function readsOf(files: Map<string, string>) {
  return createNotedReads(async (path) => {
    const text = files.get(path);
    if (text === undefined) throw absent;
    return text;
  });
}

it("gives a file that is swapped meanwhile by its first text, and says that it has changed", async () => {
  const files = new Map([["/secret", "one"]]);
  const reads = readsOf(files);
  expect(await reads.readFile("/secret", 10)).toBe("one");
  expect(await reads.haveChanged()).toBe(false);
  files.set("/secret", "two");
  expect(await reads.readFile("/secret", 10)).toBe("one");
  expect(await reads.haveChanged()).toBe(true);
});

it("notices that a file has come that was not there", async () => {
  const files = new Map<string, string>();
  const reads = readsOf(files);
  await expect(reads.readFile("/secret", 10)).rejects.toBe(absent);
  expect([reads.paths(), await reads.haveChanged()]).toEqual([["/secret"], false]);
  files.set("/secret", "here");
  expect(await reads.haveChanged()).toBe(true);
});
