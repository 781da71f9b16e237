import ms, { type StringValue } from "ms";
import { Temporal } from "temporal-polyfill";
import { Misused } from "./misused.ts";
import type { Word } from "./split-words.ts";

/** Words without the time that stood at their begin or end, and when that is: ms from now. */
export interface TimedWords {
  readonly words: readonly Word[];
  readonly forMs?: number;
}

// Whoever means longer leaves the time away and takes the lock off.
const longestMs = 30 * 24 * 60 * 60_000;
const longestWords = 4;
const shortestBareMs = 60_000;
const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const forms =
  "Write for 2h, for 30 minutes, until 18:00 or until Mon 08:00. If it belongs to the reason, put the reason in quotes.";

/**
 * Takes `for 2h`, `for 2 hours`, `2h`, `until 18:00` or `until Mon 08:00` off the begin or the end of words. A time that
 * is not understood is no time and no reason: throws `Misused`. Times of day go by the speaker's zone.
 */
export function takeTime(
  words: readonly Word[],
  { now, timeZone }: { readonly now: number; readonly timeZone: string | undefined },
): TimedWords {
  for (let count = Math.min(longestWords, words.length); count >= 1; count -= 1) {
    for (const from of [0, words.length - count]) {
      const forMs = timeIn(words.slice(from, from + count), now, timeZone);
      if (forMs === undefined) continue;
      if (!(forMs >= 1 && forMs <= longestMs))
        throw new Misused("A time lies ahead, and is at most 30 days from now.");
      const left = [...words.slice(0, from), ...words.slice(from + count)];
      if (!/^(?:for|until|till)$/i.test(words[from]?.text ?? "") && telling.test(words[from - 1]?.text ?? ""))
        throw notOneTime(words.slice(from - 1));
      const isUntil = /^(?:until|till)$/i.test(words[from]?.text ?? "");
      const isMore = (isUntil && goesOn(words.slice(from + count))) || hasTime(left, now, timeZone);
      if (isMore || oddTime(left) >= 0) throw notOneTime(words);
      return { words: left, forMs };
    }
  }
  const odd = oddTime(words);
  if (odd < 0) return { words };
  throw notOneTime(words.slice(odd, odd + longestWords));
}

// Words before which a time at the end of a sentence is one of what it tells: "backup runs every 5m".
const telling =
  /^(?:every|each|in|after|before|within|than|of|to|at|by|is|was|takes?|took|lasts?|lasted|runs?|ran|about|only)$/i;
const unit = /^(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?)[,.;!]*$/i;
const joined = /^\d+[a-z]+\d+[a-z]*[,.;!]*$/i;

/** Where a time begins that is not understood: `until noonish`, `for two hours`, `1h30m`; -1: nowhere. */
const oddTime = (words: readonly Word[]): number =>
  words.findIndex(({ text, isQuoted }, index) => {
    if (isQuoted) return false;
    const isEnd = index === 0 || index === words.length - 1;
    if (/^(?:until|till)$/i.test(text) || (isEnd && joined.test(text))) return true;
    const after = words.slice(index + 1, index + longestWords).map((word) => word.text);
    return /^for$/i.test(text) && (/^[\d.]/.test(after[0] ?? "") || after.some((word) => unit.test(word)));
  });

function notOneTime(words: readonly Word[]): Misused {
  const said = words.map(({ text }) => text).join(" ");
  return new Misused(`I don't understand the time "${said.slice(0, 60)}". ${forms}`);
}

// What makes another time of one of day: half of the day, or a zone that is not known here.
const more =
  /^(?:[ap]\.?m\.?|tonight|\(?(?:utc|gmt)\b.*|[a-z]+\/[a-z_/]+|[aemcp][sd]t|[ceaw]es?t|a[ec][sd]t|[bij]st|msk)$/;

/** Whether the words behind an `until` that begins words belong to it. */
function goesOn(words: readonly Word[]): boolean {
  const [first = "", second = ""] = words.map(({ text, isQuoted }) =>
    isQuoted ? "" : text.toLowerCase().replace(/[,.;!]+$/, ""),
  );
  return more.test(first) || isDay(first === "on" ? second : first);
}

/** Whether a second time stands at an end of words: of two, nobody can tell which was meant. */
function hasTime(words: readonly Word[], now: number, timeZone: string | undefined): boolean {
  return [1, 2, 3, 4].some((count) =>
    [words.slice(0, count), words.slice(-count)].some((part) => timeIn(part, now, timeZone) !== undefined),
  );
}

function timeIn(words: readonly Word[], now: number, timeZone: string | undefined): number | undefined {
  if (words.some(({ isQuoted }) => isQuoted)) return undefined;
  const [first = "", ...rest] = words.map(({ text }) => text.toLowerCase().replace(/[,.;!]+$/, ""));
  if (first === "until" || first === "till") return untilMs(rest, now, timeZone);
  if (first === "for") return durationOf(rest.join(" ").replace(/^(?:an?|one) /, "1 "));
  // "Latency is 500ms" says nothing of the lock.
  const bare = durationOf([first, ...rest].join(" "));
  return bare !== undefined && bare >= shortestBareMs ? bare : undefined;
}

function durationOf(typed: string): number | undefined {
  return /^\d{1,6}(?:\.\d{1,3})? ?[a-z]+$/.test(typed) ? ms(typed as StringValue) : undefined;
}

/** `18:00`, `6pm`, `midnight`, `Mon 08:00`, `tomorrow 9:00`, `2026-12-01 18:00`, each perhaps with `UTC` behind it. */
function untilMs(words: readonly string[], now: number, zone: string | undefined): number | undefined {
  const isUtc = words.at(-1) === "utc";
  const [first = "", ...others] = isUtc ? words.slice(0, -1) : words;
  const said = (isDay(first) ? others : [first, ...others]).join("");
  // With a day before it, midnight may be the day's begin or its end: then it is refused.
  const isDayEnd = /^24[:.]00$/.test(said) || (said === "midnight" && !isDay(first));
  const time = timeOfDay(isDayEnd ? "00:00" : said === "noon" ? "12:00" : said);
  if (time === undefined) return undefined;
  const here = hereIn(isUtc ? "UTC" : zone, now);
  const day = dayOf(first, here);
  if (day === undefined && isDay(first)) return undefined;
  const at = (day ?? here).withPlainTime(time).add({ days: isDayEnd ? 1 : 0 });
  const isOver = Temporal.ZonedDateTime.compare(at, here) <= 0;
  const until = !isOver
    ? at
    : day === undefined
      ? at.add({ days: 1 })
      : weekdayOf(first) >= 0
        ? at.add({ days: 7 })
        : at;
  return until.epochMilliseconds - now;
}

function hereIn(zone: string | undefined, now: number): Temporal.ZonedDateTime {
  try {
    if (zone !== undefined) return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new Misused(
    "I don't know your time zone. Write the time in UTC: until 18:00 UTC, or say for how long: for 2h.",
  );
}

const isDay = (word: string): boolean =>
  /^(?:today|tomorrow|\d{4}-\d\d-\d\d)$/.test(word) || weekdayOf(word) >= 0;

const weekdayOf = (word: string): number =>
  days.findIndex((name) => word === name || new RegExp(`^${name}[a-z]*day$`).test(word));

function dayOf(word: string, here: Temporal.ZonedDateTime): Temporal.ZonedDateTime | undefined {
  if (word === "today") return here;
  if (word === "tomorrow") return here.add({ days: 1 });
  if (/^\d{4}-\d\d-\d\d$/.test(word)) {
    try {
      return Temporal.PlainDate.from(word).toZonedDateTime(here.timeZoneId);
    } catch {
      return undefined;
    }
  }
  const day = weekdayOf(word);
  return day < 0 ? undefined : here.add({ days: (day + 1 - here.dayOfWeek + 7) % 7 });
}

function timeOfDay(said: string): Temporal.PlainTime | undefined {
  const [, hours, minutes, half] = /^(\d{1,2})(?:[:.](\d\d))?(am|pm)?$/.exec(said) ?? [];
  if (hours === undefined || (half === undefined && minutes === undefined)) return undefined;
  const typed = Number(hours);
  if (half !== undefined && (typed < 1 || typed > 12)) return undefined;
  const hour = half === undefined ? typed : (typed % 12) + (half === "pm" ? 12 : 0);
  const minute = Number(minutes ?? 0);
  return hour > 23 || minute > 59 ? undefined : Temporal.PlainTime.from({ hour, minute });
}
