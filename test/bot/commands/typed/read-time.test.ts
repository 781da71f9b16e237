import { describe, expect, it } from "vitest";
import { Misused } from "../../../../src/bot/commands/typed/misused.ts";
import { takeTime } from "../../../../src/bot/commands/typed/read-time.ts";
import { splitWords } from "../../../../src/bot/commands/typed/split-words.ts";
import { plainOf } from "../../../../src/nouns/text.ts";

// A Friday, 16:30 in Berlin.
const now = Date.UTC(2026, 10, 20, 15, 30);
const minute = 60_000;
const hour = 60 * minute;

function read(typed: string, timeZone: string | undefined = "Europe/Berlin") {
  const { words, forMs } = takeTime(splitWords(typed), { now, timeZone });
  return { left: words.map(({ text }) => text).join(" "), forMs };
}

describe("a time", () => {
  it.each([
    ["db migration for 2h", 2 * hour],
    ["db migration for 2 hours", 2 * hour],
    ["for 2h db migration", 2 * hour],
    ["2h db migration", 2 * hour],
    ["db migration 90m", 90 * minute],
    ["for an hour db migration", hour],
    ["for 1.5 hours db migration", 1.5 * hour],
    ["db migration until 18:00", 1.5 * hour],
    ["db migration until 6pm", 1.5 * hour],
    ["until 6:30 pm db migration", 2 * hour],
    ["db migration until 16:00", 23.5 * hour],
    ["db migration until Mon 08:00", 63.5 * hour],
    ["db migration until monday 8am", 63.5 * hour],
    ["db migration until tomorrow 9:00", 16.5 * hour],
    ["db migration until 18:00 UTC", 2.5 * hour],
    ["db migration until 2026-11-21 16:30", 24 * hour],
    ["db migration until fri 16:00", 7 * 24 * hour - 30 * minute],
    ["db migration until 18.00", 1.5 * hour],
    ["db migration until 24:00", 7.5 * hour],
    ["db migration until midnight", 7.5 * hour],
    ["until midnight db migration", 7.5 * hour],
    ["db migration until 24:00 UTC", 8.5 * hour],
    ["db migration until noon", 19.5 * hour],
    ["db migration until Fri 24:00", 7.5 * hour],
    ["db migration until tomorrow 24.00", 31.5 * hour],
  ])("%s", (typed, forMs) => {
    expect(read(typed)).toEqual({ left: "db migration", forMs });
  });

  it.each([
    "for now",
    "waiting for Lena",
    '"for 2 nights"',
    "2 nodes are down",
    "too much traffic",
    "latency is 500ms",
    "p95 is 3s",
  ])("%s is a reason", (typed) => {
    expect(read(typed).forMs).toBeUndefined();
  });

  it.each([
    ["x for 2 fortnights", 'the time "for 2 fortnights"'],
    ["for two hours db", "for two hours"],
    ["db for half an hour", "for half an hour"],
    ["1h30m db", "1h30m"],
    ["backup runs every 5m", "every 5m"],
    ["the release is in 2 weeks", "in 2 weeks"],
    ["x until tests pass", 'the time "until tests pass"'],
    ["x until 25:00", "until 25:00"],
    ["x until 18", "until 18"],
    ["x for 99d", "at most 30 days"],
    ["x until 2026-11-19 10:00", "at most 30 days"],
    ["x for 2", "for 2"],
    ["x until 24:01", "until 24:01"],
    ["x until Fri midnight", "until Fri midnight"],
    ["until midnight on Monday x", "until midnight on Monday"],
    ["x till 25:00", "till 25:00"],
    ["x until 2026-11-31 18:00", "until 2026-11-31"],
    ["x for 2h 30m", "30m"],
    ["x for 1 hour and 30 minutes", "30 minutes"],
    ["for 2h 30m x", "for 2h 30m"],
    ["until 18:00 tomorrow x", "until 18:00 tomorrow"],
    ["until 18:00 on Monday x", "until 18:00 on Monday"],
    ["until 18:00 CET x", "until 18:00 CET"],
    ["until 18:00 UTC+2 x", "until 18:00 UTC+2"],
    ["until 18:00 Europe/Berlin x", "until 18:00 Europe/Berlin"],
    ["until 6:30 p.m. x", "until 6:30 p.m."],
    ["until 17:00 for 3h x", "until 17:00 for 3h"],
  ])("%s is refused", (typed, words) => {
    try {
      read(typed);
      throw new Error("not refused");
    } catch (error) {
      if (!(error instanceof Misused)) throw error;
      expect(plainOf(error.why)).toContain(words);
    }
  });
});
