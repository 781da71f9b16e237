import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOfFreeze, parseFreezeWindow } from "../../src/nouns/freeze-window.ts";

const weekend = "Fri 16:00 - Mon 08:00 Europe/Berlin";
const nights = "Mon-Fri 18:00 - 08:00 Europe/Berlin";
const hourMs = 3_600_000;
const at = (iso: string) => Date.parse(iso);
const until = (now: string, ...windows: readonly string[]) => {
  const end = endOfFreeze(windows, at(now))?.until;
  return end === undefined ? undefined : new Date(end).toISOString().replace(":00.000Z", "Z");
};

describe("a freeze window", () => {
  it.each([
    // The clocks of Berlin go forward on 2026-03-29, from 02:00 to 03:00, and back on 2026-10-25, from 03:00 to 02:00.
    ["before it", "2026-03-27T14:59:59.999Z", weekend, undefined],
    ["its first moment", "2026-03-27T15:00:00.000Z", weekend, "2026-03-30T06:00Z"],
    ["its last moment", "2026-03-30T05:59:59.999Z", weekend, "2026-03-30T06:00Z"],
    ["after it", "2026-03-30T06:00:00.000Z", weekend, undefined],
    ["in winter", "2026-01-10T12:00:00.000Z", weekend, "2026-01-12T07:00Z"],
    ["over the autumn change", "2026-10-24T12:00:00.000Z", weekend, "2026-10-26T07:00Z"],
    ["over the end of a year", "2027-01-02T12:00:00.000Z", weekend, "2027-01-04T07:00Z"],
    [
      "a beginning that is leapt over",
      "2026-03-29T00:59:59.999Z",
      "Sun 02:30 - 12:00 Europe/Berlin",
      undefined,
    ],
    [
      "the moment of the leap",
      "2026-03-29T01:00:00.000Z",
      "Sun 02:30 - 12:00 Europe/Berlin",
      "2026-03-29T10:00Z",
    ],
    [
      "an end that is leapt over",
      "2026-03-29T00:00:00.000Z",
      "Sat 12:00 - Sun 02:30 Europe/Berlin",
      "2026-03-29T01:00Z",
    ],
    [
      "the first of two beginnings",
      "2026-10-25T00:30:00.000Z",
      "Sun 02:30 - 12:00 Europe/Berlin",
      "2026-10-25T11:00Z",
    ],
    [
      "the last of two ends",
      "2026-10-25T00:45:00.000Z",
      "Sat 12:00 - Sun 02:30 Europe/Berlin",
      "2026-10-25T01:30Z",
    ],
    ["a whole leapt-over window", "2026-03-29T01:00:00.000Z", "Sun 02:10 - 02:50 Europe/Berlin", undefined],
    ["a night", "2026-06-02T20:00:00.000Z", nights, "2026-06-03T06:00Z"],
    ["a morning after Friday", "2026-06-06T05:59:00.000Z", nights, "2026-06-06T06:00Z"],
    ["a Saturday night", "2026-06-06T20:00:00.000Z", nights, undefined],
    ["a day to its end", "2026-06-07T21:59:00.000Z", "Sun 00:00 - 24:00 Europe/Berlin", "2026-06-07T22:00Z"],
    [
      "half an hour of summer time",
      "2026-10-03T12:00:00.000Z",
      "Sat 12:00 - Sun 03:00 Australia/Lord_Howe",
      "2026-10-03T16:00Z",
    ],
    // Samoa went over the date line and had no 30 December 2011, a Friday.
    ["a day that never was", "2011-12-30T09:59:00.000Z", "Fri 08:00 - 17:00 Pacific/Apia", undefined],
  ])("%s", (_, now, window, end) => {
    expect(until(now, window)).toBe(end);
  });

  it("is followed by the next one without a break, and named as the one in force", () => {
    const saturday = at("2026-06-06T05:00:00.000Z");
    const windows = [nights, "Sat 08:00 - Sun 12:00 Europe/Berlin"];
    expect(endOfFreeze(windows, saturday)).toEqual({ window: nights, until: at("2026-06-07T10:00:00.000Z") });
    expect(endOfFreeze([], saturday)).toBeUndefined();
  });

  it("of two at once is the one that ends last", () => {
    const windows = ["Sat 00:00 - 12:00 UTC", "Fri 00:00 - Sun 00:00 UTC"];
    expect(endOfFreeze(windows, at("2026-06-06T05:00:00.000Z"))?.window).toBe(windows[1]);
  });

  it("that never ends gives some time, not an endless search", () => {
    const windows = ["Mon 00:00 - Thu 00:00 UTC", "Thu 00:00 - Mon 00:00 UTC"];
    const now = at("2026-06-06T05:00:00.000Z");
    expect((endOfFreeze(windows, now)?.until ?? 0) - now).toBeGreaterThan(14 * 24 * hourMs);
  });

  it.each([
    "Fri 16:00 - Mon 08:00 Europe/Berlin",
    "fri 16:00-MON 8:00 europe/berlin",
    "Fri 16:00 – Mon 08:00 UTC",
    "Mon-Fri 18:00 - 08:00 America/Argentina/Buenos_Aires",
    "Sun 00:00 - Sun 24:00 Atlantic/Azores",
    "Sun 00:00 - Sun 24:00 Etc/UTC",
  ])("may be written %s", (text) => {
    expect(parseFreezeWindow(text).ok).toBe(true);
  });

  it.each([
    ["", "does not fit"],
    ["never", "does not fit"],
    ["Fri - Mon", "does not fit"],
    ["Fri 16 - Mon 08 UTC", "does not fit"],
    ["Fri 16:00 - Mon 08:00 Europe / Berlin", "does not fit"],
    [`Fri 16:00 - Mon 08:00 ${"a".repeat(10_000)}`, "does not fit"],
    ["Fri 16:00 - Mon 08:00", "lacks a time zone"],
    ["Fri 16:00 - Mon 08:00 Europe/Atlantis", "a time zone that is not known"],
    ["Fri 16:00 - Mon 08:00 CEST", "a time zone that is not known; did you mean Europe/Berlin?"],
    ["Fri 16:00 - Mon 08:00 berlin", "a time zone that is not known; did you mean Europe/Berlin?"],
    ["Fri 16:00 - Mon 08:00 EST", "may know no summer time; did you mean America/New_York?"],
    ["Fri 16:00 - Mon 08:00 MST", "may know no summer time; did you mean America/Denver?"],
    ["Fri 16:00 - Mon 08:00 HST", "may know no summer time; did you mean Pacific/Honolulu?"],
    ["Fri 16:00 - Mon 08:00 EST5EDT", "did you mean America/New_York?"],
    ["Fri 16:00 - Mon 08:00 US/Pacific", "did you mean America/Los_Angeles?"],
    [
      "Fri 16:00 - Mon 08:00 Etc/GMT+5",
      "may know no summer time; must be a name such as Europe/Berlin or UTC",
    ],
    ["Fri 16:00 - Mon 08:00 +02:00", "a time zone that is not known"],
    ["Fre 16:00 - Mon 08:00 UTC", "a day that is none of Mon, Tue"],
    ["Fri 16:60 - Mon 08:00 UTC", "a time that is not on the clock"],
    ["Fri 24:00 - Mon 08:00 UTC", "a time that is not on the clock"],
    ["Fri 16:00 - Mon 24:01 UTC", "a time that is not on the clock"],
    ["Mon-Fri 16:00 - Sat 08:00 UTC", "a range of days and a last day"],
    ["Fri 16:00 - Fri 16:00 UTC", "the whole week or nothing"],
    ["Mon 00:00 - Sun 24:00 UTC", "the whole week or nothing"],
  ])("may not be written %j", (text, problem) => {
    const parsed = parseFreezeWindow(text);
    expect(parsed.ok ? "" : parsed.problem).toContain(problem);
    expect(() => endOfFreeze([text], 0)).toThrow(RangeError);
  });
});

const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const weekMinutes = 7 * 1_440;

/** What the wall shows, in minutes since Monday's midnight, read from words rather than parts. */
function minuteOfWeek(now: number, zone: string): number {
  const shown = new Date(now).toLocaleString("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const [, day = "", hour, minute] = /^(\w+)\D+(\d+):(\d+)/.exec(shown) ?? [];
  return days.indexOf(day) * 1_440 + Number(hour) * 60 + Number(minute);
}

/** Whether the clocks change within some days of a time. */
function changesAround(now: number, zone: string): boolean {
  const offset = (moment: number) => {
    const minutes = Math.floor(moment / 60_000) % weekMinutes;
    return (minuteOfWeek(moment, zone) - minutes - 3 * 1_440 + 3 * weekMinutes) % weekMinutes;
  };
  return offset(now - 49 * hourMs) !== offset(now + 49 * hourMs);
}

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const example = fc
  .record({
    zone: fc.constantFrom(...zones),
    from: fc.nat({ max: weekMinutes - 1 }),
    length: fc.integer({ min: 1, max: weekMinutes - 1 }),
    now: fc.integer({ min: at("1975-01-01"), max: at("2037-01-01") }),
  })
  .map(({ zone, from, length, now }) => {
    const to = (from + length) % weekMinutes;
    const name = (minutes: number) => `${days[Math.floor(minutes / 1_440)]} ${clock(minutes % 1_440)}`;
    return { zone, from, length, now, window: `${name(from)} - ${name(to)} ${zone}` };
  });

describe("any window, in any zone, at any time", () => {
  it("holds while the wall shows its hours, and beyond them only about a change of the clocks", () => {
    fc.assert(
      fc.property(example, ({ zone, from, length, now, window }) => {
        const shown = (minuteOfWeek(now, zone) - from + weekMinutes) % weekMinutes < length;
        const frozen = endOfFreeze([window], now) !== undefined;
        if (shown) expect(frozen).toBe(true);
        else if (frozen) expect(changesAround(now, zone)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("ends when it says", () => {
    fc.assert(
      fc.property(example, ({ now, window }) => {
        const end = endOfFreeze([window], now)?.until;
        if (end === undefined) return;
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThanOrEqual(7 * 24 * hourMs + 24 * hourMs);
        expect(endOfFreeze([window], end)).toBeUndefined();
        for (const part of [0.25, 0.5, 0.99]) {
          const between = Math.floor(now + (end - now) * part);
          expect(endOfFreeze([window], between)).toEqual({ window, until: end });
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("is right in the hours in which clocks change", () => {
    const changes = [
      "2026-03-29T01:00Z",
      "2026-10-25T01:00Z",
      "2026-03-08T07:00Z",
      "2026-11-01T06:00Z",
      "2026-04-04T15:00Z",
      "2026-10-03T15:30Z",
    ].map(at);
    const placed = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Africa/Cairo",
    );
    const near = fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -3 * hourMs, max: 3 * hourMs }));
    fc.assert(
      fc.property(
        placed,
        near,
        fc.nat({ max: 239 }),
        fc.integer({ min: 1, max: 600 }),
        (zone, [change, off], start, length) => {
          const now = change + off;
          const from = 6 * 1_440 + start;
          const end = (from + length) % weekMinutes;
          const window = `Sun ${clock(start)} - ${days[Math.floor(end / 1_440)]} ${clock(end % 1_440)} ${zone}`;
          const shown = (minuteOfWeek(now, zone) - from + weekMinutes) % weekMinutes < length;
          if (shown) expect(endOfFreeze([window], now)).toBeDefined();
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("never fails otherwise than in words, whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const parsed = parseFreezeWindow(text);
        if (!parsed.ok) expect(parsed.problem).toMatch(/^[\x20-\x7e]+$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
