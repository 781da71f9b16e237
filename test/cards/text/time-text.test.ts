import { describe, expect, it } from "vitest";
import { durationText } from "../../../src/cards/text/time-text.ts";

describe("a length of time", () => {
  it("is in hours, minutes or seconds", () => {
    expect([0, 45_000, 30 * 60_000, 4 * 3_600_000, 5_400_000].map(durationText)).toEqual([
      "0 s",
      "45 s",
      "30 min",
      "4 h",
      "1 h 30 min",
    ]);
  });
});
