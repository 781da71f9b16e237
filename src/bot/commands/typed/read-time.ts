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
      if (!(forMs >= 1 && forMs <= longestMs)) throw new Misused("A time is at most 30 days from now.");
      return { words: [...words.slice(0, from), ...words.slice(from + count)], forMs };
    }
  }
  const odd = words.findIndex(
    ({ text, isQuoted }, index) =>
      !isQuoted &&
      (/^until$/i.test(text) || (/^for$/i.test(text) && /^[\d.]/.test(words[index + 1]?.text ?? ""))),
  );
  if (odd < 0) return { words };
  const said = words.slice(odd, odd + longestWords).map(({ text }) => text);
  throw new Misused(`I don't understand the time "${said.join(" ").slice(0, 60)}". ${forms}`);
}

function timeIn(words: readonly Word[], now: number, timeZone: string | undefined): number | undefined {
  if (words.some(({ isQuoted }) => isQuoted)) return undefined;
  const [first = "", ...rest] = words.map(({ text }) => text.toLowerCase().replace(/[,.;!]+$/, ""));
  if (first === "until" || first === "till") return untilMs(rest, now, timeZone);
  if (first === "for") return durationOf(rest.join(" ").replace(/^(?:an?|one) /, "1 "));
  return durationOf([first, ...rest].join(" "));
}

function durationOf(typed: string): number | undefined {
  return /^\d{1,6}(?:\.\d{1,3})? ?[a-z]+$/.test(typed) ? ms(typed as StringValue) : undefined;
}

/** `18:00`, `6pm`, `Mon 08:00`, `tomorrow 9:00`, `2026-12-01 18:00`, each perhaps with `UTC` behind it. */
function untilMs(words: readonly string[], now: number, zone: string | undefined): number | undefined {
  const isUtc = words.at(-1) === "utc";
  const [first = "", ...others] = isUtc ? words.slice(0, -1) : words;
  const time = timeOfDay(isDay(first) ? others : [first, ...others]);
  if (time === undefined) return undefined;
  const here = hereIn(isUtc ? "UTC" : zone, now);
  const day = dayOf(first, here);
  const at = (day ?? here).withPlainTime(time);
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

function timeOfDay(words: readonly string[]): Temporal.PlainTime | undefined {
  const [, hours, minutes = "00", half] = /^(\d{1,2})(?:[:.](\d\d))?(am|pm)?$/.exec(words.join("")) ?? [];
  if (hours === undefined || (half === undefined && minutes === "00" && !words.join("").includes(":")))
    return undefined;
  const typed = Number(hours);
  if (half !== undefined && (typed < 1 || typed > 12)) return undefined;
  const hour = half === undefined ? typed : (typed % 12) + (half === "pm" ? 12 : 0);
  if (hour > 23 || Number(minutes) > 59) return undefined;
  return Temporal.PlainTime.from({ hour, minute: Number(minutes) });
}
