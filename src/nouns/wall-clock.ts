/** What a clock on the wall shows. */
export interface WallClock {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Of the month. */
  readonly day: number;
  /** 0 is Monday. */
  readonly weekday: number;
  /** Since midnight. */
  readonly minute: number;
}

/** A time on the wall; a day below 1 or over the month's last counts on into the months beside it, minutes likewise. */
export type WallTime = Pick<WallClock, "year" | "month" | "day" | "minute">;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** What the wall shows in an IANA zone at a time in ms since the epoch. Throws a RangeError for an unknown zone. */
export function wallClock(at: number, zone: string): WallClock {
  const shown = new Date(shownAsUtc(at, zone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    weekday: (shown.getUTCDay() + 6) % 7,
    minute: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
  };
}

/** When the wall first shows a time, in ms since the epoch; a time that the clocks leap over is when they leap. */
export function firstTime(time: WallTime, zone: string): number {
  return Math.min(...timesOf(time, zone));
}

/** When the wall last shows a time: another moment than `firstTime` only where the clocks are set back over it. */
export function lastTime(time: WallTime, zone: string): number {
  return Math.max(...timesOf(time, zone));
}

function timesOf({ year, month, day, minute }: WallTime, zone: string): readonly number[] {
  const wanted = Date.UTC(year, month - 1, day, 0, minute);
  // No zone is more than 14 hours from UTC, so a day before and after lie on both sides of a change on that day.
  const before = wanted - offsetAt(wanted - dayMs, zone);
  const after = wanted - offsetAt(wanted + dayMs, zone);
  const times = [before, after].filter((at) => shownAsUtc(at, zone) === wanted);
  return times.length > 0 ? times : [leapBetween(after, before, wanted, zone)];
}

/** The first moment at which the wall shows `wanted` or later, in a stretch in which the clocks leap over it. */
function leapBetween(low: number, high: number, wanted: number, zone: string): number {
  let below = Math.floor(low / minuteMs) - 1;
  let above = Math.ceil(high / minuteMs);
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (shownAsUtc(middle * minuteMs, zone) < wanted) below = middle;
    else above = middle;
  }
  return above * minuteMs;
}

function offsetAt(at: number, zone: string): number {
  return shownAsUtc(at, zone) - Math.floor(at / 1000) * 1000;
}

/** What the wall shows, to the second, as the number of ms that it would be in UTC. */
function shownAsUtc(at: number, zone: string): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

// Making a format costs a hundred times more than using it; there are some 600 zones.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}
