import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPace, type PaceRates } from "../../../src/bot/deliver/pace.ts";

const rates: PaceRates = { post: { burst: 1, everyMs: 1_000 }, update: { burst: 3, everyMs: 1_200 } };

describe("the pace", () => {
  it("lets one post a second through for each channel, and counts channels apart", () => {
    const pace = createPace(rates);
    const posts = [1, 2, 3].map(() => pace.reserve("post", "slack:C1", 0));
    expect(posts).toEqual([0, 1_000, 2_000]);
    expect(pace.reserve("post", "slack:C2", 0)).toBe(0);
    expect(pace.peek("post", "slack:C1", 2_500)).toBe(500);
  });

  it("lets a burst of edits through for all channels together, then one at a time", () => {
    const pace = createPace(rates);
    const edits = ["C1", "C2", "C3", "C4", "C5"].map((id) => pace.reserve("update", `slack:${id}`, 0));
    expect(edits).toEqual([0, 0, 0, 1_200, 2_400]);
    expect(pace.reserve("update", "slack:C1", 60_000)).toBe(0);
  });

  it("holds a paused channel until then, and only that one", () => {
    const pace = createPace(rates);
    pace.pause("post", "slack:C1", 7_000);
    expect(pace.reserve("post", "slack:C1", 500)).toBe(6_500);
    expect(pace.reserve("post", "slack:C2", 500)).toBe(0);
    pace.pause("update", "slack:C1", 9_000);
    expect(pace.peek("update", "slack:C2", 1_000)).toBe(8_000);
  });

  it("never lets more through than the rate, whatever comes when", () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, (times) => {
        const pace = createPace(rates);
        const starts = times
          .sort((one, other) => one - other)
          .map((now) => now + pace.reserve("update", "slack:C1", now));
        for (const start of starts) {
          const within = starts.filter((one) => one >= start && one < start + 12_000).length;
          // Ten at the rate within twelve seconds, besides the burst.
          expect(within).toBeLessThanOrEqual(10 + rates.update.burst);
        }
      }),
    );
  });
});
