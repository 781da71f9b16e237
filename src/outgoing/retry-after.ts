// ACR counts Retry-After down from a minute (acr-facts 4.5); a longer wait than an hour is taken as a mistake.
const longestRetryAfterMs = 60 * 60_000;

/** A `Retry-After` (seconds or an HTTP date) in ms from `nowMs`, at most an hour; undefined for none or nonsense. */
export function retryAfterOf(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : dateOf(text) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), longestRetryAfterMs) : undefined;
}

function dateOf(text: string): number {
  // Date.parse takes almost anything for a date ("-5" is one in 2001).
  return /^[A-Z][a-z]+, \d.* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
