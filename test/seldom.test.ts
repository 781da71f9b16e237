import { describe, expect, it } from "vitest";
import { createSeldom } from "../src/seldom.ts";

/** A source of trouble on a clock that the test moves. */
function aSource() {
  let at = 1_000_000;
  const seldom = createSeldom(() => at);
  return {
    ...seldom,
    pass: (ms: number) => {
      at += ms;
    },
  };
}

describe("createSeldom", () => {
  it("says a trouble of a whole night, that comes each second, a dozen times and counts the rest", () => {
    const { came, pass } = aSource();
    const said: number[] = [];
    for (let second = 0; second < 8 * 3_600; second += 1) {
      const times = came("the disk is full");
      if (times !== undefined) said.push(times);
      pass(1_000);
    }
    expect(said.length).toBeLessThanOrEqual(14);
    expect(said.slice(0, 4)).toEqual([1, 60, 120, 240]);
  });

  it("says other words at once, and again what had been quiet for long", () => {
    const { came, pass } = aSource();
    expect(came("the disk is full")).toBe(1);
    expect(came("the disk is full")).toBeUndefined();
    expect(came("the disk has failed")).toBe(1);
    pass(20 * 60_000);
    expect(came("the disk is full")).toBe(1);
  });

  it("takes words for the same that differ in a number only, and two that take turns for two", () => {
    const { came } = aSource();
    expect([came("wait 3 s"), came("wait 2 s"), came("lost"), came("wait 1 s"), came("lost")]).toEqual([
      1,
      undefined,
      1,
      undefined,
      undefined,
    ]);
  });

  it("says what comes back after it was over, and of what comes and goes a line a minute", () => {
    const { came, over, pass } = aSource();
    expect(came("the disk is full")).toBe(1);
    over();
    expect(came("the disk is full")).toBeUndefined();
    pass(60_000);
    over();
    expect(came("the disk is full")).toBe(1);
  });

  it("says it again when the clock was set back", () => {
    const { came, pass } = aSource();
    came("the disk is full");
    pass(-3_600_000);
    expect(came("the disk is full")).toBe(1);
  });

  it("remembers fifty words at most", () => {
    const { came } = aSource();
    const word = (index: number) => String.fromCharCode(0x4e00 + index);
    for (let index = 0; index < 60; index += 1) came(word(index));
    expect(came(word(59))).toBeUndefined();
    expect(came(word(0))).toBe(1);
  });
});
