import { Temporal } from "temporal-polyfill";
import { remember } from "../remember.ts";
import { zoneProblem } from "./time-zone.ts";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** A week's hours in which nothing is deployed, by the clock on the wall of one time zone. */
export interface FreezeWindow {
  /** Each begins once a week. */
  readonly spans: readonly Span[];
  /** IANA name of a place's, or UTC. */
  readonly zone: string;
}

interface Span {
  /** 0 is Monday. */
  readonly day: number;
  /** Minutes since midnight. */
  readonly from: number;
  /** Days from the day of the beginning to that of the end. */
  readonly days: number;
  readonly to: number;
}

export type ParsedWindow =
  | { readonly ok: true; readonly window: FreezeWindow }
  | { readonly ok: false; readonly problem: string };

const example = '"Fri 16:00 - Mon 08:00 Europe/Berlin"';
const time = String.raw`(\d{1,2}):(\d{2})`;
const form = new RegExp(
  String.raw`^([A-Za-z]+)(?:\s*[-–]\s*([A-Za-z]+))?\s+${time}\s*[-–]\s*(?:([A-Za-z]+)\s+)?${time}(?:\s+(\S+))?$`,
);
const maxLength = 100;
const minutesOfDay = 1_440;

/**
 * Reads `Fri 16:00 - Mon 08:00 Europe/Berlin` (once a week) or `Mon-Fri 18:00 - 08:00 Europe/Berlin` (on each of these
 * days, at most until the same time of the next one). Gives the window, or what is wrong in words that quote nothing.
 */
export function parseFreezeWindow(text: string): ParsedWindow {
  const match = text.length > maxLength ? null : form.exec(text.trim());
  if (match === null) return wrong(`does not fit; must be such as ${example}`);
  const [, firstDay = "", lastDay, fromHour, fromMinute, endDay, toHour, toMinute, zone] = match;
  const days = [firstDay, lastDay ?? firstDay, endDay ?? firstDay].map(dayOf);
  const [first = -1, last = -1, end = -1] = days;
  if (days.includes(-1)) return wrong(`has a day that is none of ${weekdays.join(", ")}`);
  const from = minutesOf(fromHour, fromMinute);
  const to = minutesOf(toHour, toMinute);
  if (from === undefined || from === minutesOfDay || to === undefined)
    return wrong("has a time that is not on the clock; must be 00:00 to 23:59, at the end also 24:00");
  if (lastDay !== undefined && endDay !== undefined)
    return wrong(`has a range of days and a last day; must be such as ${example}`);
  if (zone === undefined) return wrong("lacks a time zone; put its name at the end, such as Europe/Berlin");
  const problem = zoneProblem(zone);
  if (problem !== undefined) return wrong(problem);
  const length = lengthOf(first, from, endDay === undefined ? undefined : end, to);
  if (length === undefined) return wrong("is the whole week or nothing of it; name another end");
  const starts = Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7);
  return { ok: true, window: { spans: starts.map((day) => ({ day, from, days: length, to })), zone } };
}

/**
 * The window that is in force at `now` (the one that ends last), and until when, in ms since the epoch, windows hold
 * without a break; undefined if none is in force. Of a time that a change of the clocks brings twice a window begins
 * with the first and ends with the last. Windows that never leave a gap are followed for some weeks only. Throws a
 * RangeError for a text that `parseFreezeWindow` refuses.
 */
export function endOfFreeze(
  windows: readonly string[],
  now: number,
): { readonly window: string; readonly until: number } | undefined {
  const read = windows.map((text) => ({ text, window: getWindow(text) }));
  let found: { window: string; until: number } | undefined;
  for (let at = now, round = 0; round < maxRounds; round++) {
    const ends = read.flatMap(({ text, window }) => {
      const until = endOf(window, at);
      return until === undefined ? [] : [{ window: text, until }];
    });
    const last = ends.toSorted((a, b) => b.until - a.until)[0];
    if (last === undefined) break;
    // What is in force now is what is named, also where another one follows without a break.
    found = { window: found?.window ?? last.window, until: last.until };
    at = last.until;
  }
  return found;
}

// Seven windows of a day make a week; who leaves no gap in two weeks leaves none at all.
const maxRounds = 20;

function wrong(problem: string): ParsedWindow {
  return { ok: false, problem };
}

function dayOf(word: string): number {
  return weekdays.findIndex((day) => day.toLowerCase() === word.toLowerCase());
}

function minutesOf(hour: string | undefined, minute: string | undefined): number | undefined {
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minutes <= minutesOfDay ? minutes : undefined;
}

/** Days from beginning to end, the next time that the clock shows the end; undefined where that is nothing, or a week. */
function lengthOf(day: number, from: number, endDay: number | undefined, to: number): number | undefined {
  if (endDay === undefined) return to > from ? 0 : 1;
  const days = (endDay - day + 7) % 7;
  const minutes = days * minutesOfDay + to - from;
  if (minutes % (7 * minutesOfDay) === 0) return undefined;
  return minutes < 0 ? days + 7 : days;
}

// To look a zone up costs more than to compare times; a configuration has few windows.
const getWindow = remember(1_000, (text): FreezeWindow => {
  const parsed = parseFreezeWindow(text);
  if (!parsed.ok) throw new RangeError(`a freeze window ${parsed.problem}`);
  return parsed.window;
});

function endOf({ spans, zone }: FreezeWindow, now: number): number | undefined {
  const shown = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const today = shown.toPlainDate();
  const ends = spans.flatMap((span) => {
    const back = (shown.dayOfWeek - 1 - span.day + 7) % 7;
    // The last beginning, and the one before it, whose week may not be over yet.
    return [back, back + 7].flatMap((days) => {
      const begin = today.subtract({ days });
      const until = momentOf(begin.add({ days: span.days }), span.to, zone, "later");
      return now < until && momentOf(begin, span.from, zone, "earlier") <= now ? [until] : [];
    });
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/**
 * When the wall shows a time, in ms since the epoch: of two such moments the `earlier` or the `later`; a time that the
 * clocks leap over is when they leap.
 */
function momentOf(
  day: Temporal.PlainDate,
  minutes: number,
  zone: string,
  which: "earlier" | "later",
): number {
  const time = day.toPlainDateTime().add({ minutes });
  const moment = time.toZonedDateTime(zone, { disambiguation: which });
  if (moment.toPlainDateTime().equals(time)) return moment.epochMilliseconds;
  const before = time.toZonedDateTime(zone, { disambiguation: "earlier" });
  return (before.getTimeZoneTransition("next") ?? moment).epochMilliseconds;
}
