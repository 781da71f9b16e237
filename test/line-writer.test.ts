import { describe, expect, it } from "vitest";
import { createLineWriter } from "../src/line-writer.ts";

/** A file that takes so many bytes, then fails with a code until there is room again. */
function aFile(room: number, code = "ENOSPC") {
  let text = "";
  let left = room;
  let tries = 0;
  return {
    text: () => text,
    tries: () => tries,
    free: (bytes: number) => {
      left = bytes;
    },
    write: (bytes: Buffer): number => {
      tries += 1;
      if (left === 0) throw Object.assign(new Error(`${code}: no room`), { code });
      const taken = bytes.subarray(0, left);
      left -= taken.length;
      text += taken.toString();
      return taken.length;
    },
  };
}

describe("createLineWriter", () => {
  it("writes each line at once", () => {
    const file = aFile(1_000);
    const lines = createLineWriter(1, file.write);
    lines.write('{"msg":"one"}\n');
    expect(file.text()).toBe('{"msg":"one"}\n');
  });

  it("does not throw where the disk is full, and says how many lines are missing once there is room", () => {
    const file = aFile(20);
    const lines = createLineWriter(1, file.write);
    for (const msg of ["one", "two", "three"]) lines.write(`{"msg":"${msg}"}\n`);
    file.free(1_000);
    lines.write('{"msg":"four"}\n');
    const [first, torn, missing, last] = file.text().trimEnd().split("\n");
    expect([first, torn, last]).toEqual(['{"msg":"one"}', '{"msg"', '{"msg":"four"}']);
    expect(JSON.parse(missing ?? "")).toMatchObject({
      level: "error",
      lost: 2,
      reason: "ENOSPC",
      msg: "log lines could not be written",
    });
  });

  it("counts on while there is no room for the count itself", () => {
    const file = aFile(0);
    const lines = createLineWriter(1, file.write);
    lines.write("one\n");
    lines.write("two\n");
    file.free(10);
    lines.write("three\n");
    file.free(1_000);
    lines.write("four\n");
    expect(file.text()).toContain('"lost":3');
    expect(file.text()).toMatch(/\nfour\n$/);
  });

  it("waits for a reader that is behind, once and not at each line", () => {
    const file = aFile(0, "EAGAIN");
    const lines = createLineWriter(1, file.write);
    lines.write("one\n");
    const first = file.tries();
    expect(first).toBeGreaterThan(10);
    lines.write("two\n");
    expect(file.tries()).toBe(first + 1);
  });
});
