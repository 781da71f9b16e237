import { expect, it } from "vitest";
import { createPace } from "../../src/bot/deliver/pace.ts";

const rates = { post: { burst: 1, everyMs: 1_000 }, update: { burst: 3, everyMs: 1_200 } };
const hourMs = 3_600_000;

it("a clock that is set back by an hour costs no channel an hour's silence", () => {
  const pace = createPace(rates);
  for (let at = 0; at < 5; at += 1) pace.reserve("post", "slack:C1", 2 * hourMs);
  expect(pace.peek("post", "slack:C1", hourMs)).toBe(5_000);
  expect(pace.peek("post", "slack:C1", hourMs + 5_000)).toBe(0);
});

it("and a Retry-After that was given before still holds for as long as it said, and no longer", () => {
  const pace = createPace(rates);
  pace.peek("post", "slack:C1", 2 * hourMs);
  pace.pause("post", "slack:C1", 2 * hourMs + 30_000);
  expect(pace.peek("post", "slack:C1", hourMs)).toBe(30_000);
  expect(pace.peek("post", "slack:C1", hourMs + 30_000)).toBe(0);
});
