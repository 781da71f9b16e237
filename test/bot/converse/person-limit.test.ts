import { describe, expect, it } from "vitest";
import { createPersonLimit } from "../../../src/bot/converse/person-limit.ts";

const maya = { platform: "slack", tenant: "T1", userId: "U1", name: "Maya" } as const;
const tomas = { ...maya, userId: "U2", name: "Tomás" };

describe("the limit of a person", () => {
  it("lets each person five times a minute", () => {
    const limit = createPersonLimit();
    for (let ping = 0; ping < 5; ping += 1) expect(limit(maya, ping * 1_000)).toBe(0);
    expect(limit(maya, 10_000)).toBe(50_000);
    expect(limit(tomas, 10_000)).toBe(0);
    expect(limit(maya, 60_000)).toBe(0);
    expect(limit(maya, 60_000)).toBe(1_000);
  });

  it("locks nobody out when the clock is set back", () => {
    const limit = createPersonLimit();
    for (let ping = 0; ping < 5; ping += 1) limit(maya, 3_600_000);
    expect(limit(maya, 0)).toBe(0);
  });

  it("remembers a bounded number of people", () => {
    const limit = createPersonLimit();
    for (let ping = 0; ping < 5; ping += 1) limit(maya, 0);
    expect(limit(maya, 0)).toBeGreaterThan(0);
    for (let person = 0; person < 1_000; person += 1) limit({ ...maya, userId: `X${person}` }, 0);
    // Forgotten with the others, and so allowed again.
    expect(limit(maya, 0)).toBe(0);
  });
});
