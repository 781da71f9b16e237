import { expect, it } from "vitest";
import { backoffMs } from "../../src/work/backoff.ts";

const pauses = (random: number, retryAfterMs?: number) =>
  [0, 1, 2, 3, 40].map((attempts) =>
    backoffMs({ attempts, firstMs: 1_000, longestMs: 5_000, random, retryAfterMs }),
  );

it("doubles a pause up to the longest, with up to a fifth of jitter", () => {
  expect(pauses(0)).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(pauses(1)).toEqual([1_200, 2_400, 4_800, 6_000, 6_000]);
});

it("is never shorter than the other side asked for", () => {
  expect(pauses(0, 4_500)).toEqual([4_500, 4_500, 4_500, 5_000, 5_000]);
});
