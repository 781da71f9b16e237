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
