// The last second of the year 9999: later years have no ISO form that Slack or Teams reads.
const latest = 253_402_300_799_000;

/** Whether it is a moment that both platforms can show; anything else is not shown as a time. */
export function isMoment(at: number): boolean {
  return at >= 0 && at <= latest;
}

/** `2026-11-09 10:12 UTC`, or `at an unknown time` for a number that is no moment. */
export function utcText(at: number): string {
  if (!isMoment(at)) return "an unknown time";
  const [day, time = ""] = new Date(at).toISOString().split("T");
  return `${day} ${time.slice(0, 5)} UTC`;
}

/** `2026-11-09T10:12:33Z`: ISO 8601 without fractions of a second. */
export function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, -5)}Z`;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** `30 min`, `4 h`, `1 h 30 min`, `45 s`: a length of time in ms for people, down to whole seconds. */
export function durationText(ms: number): string {
  if (ms < minuteMs) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  const hours = Math.floor(ms / hourMs);
  const minutes = Math.floor((ms % hourMs) / minuteMs);
  return [hours > 0 ? `${hours} h` : "", minutes > 0 ? `${minutes} min` : ""]
    .filter((part) => part !== "")
    .join(" ");
}
