import { z } from "zod";

// Message of a field: what is wrong with it, in words. It never quotes the value, which is hostile text.
const words = (wrong: string) => ({
  error: (issue: { readonly input?: unknown }) =>
    issue.input === undefined || issue.input === null ? "is missing" : wrong,
});

/** An event's id: a GUID as a rule, but Microsoft's own samples have others. */
export const EventId = z
  .string(words("is not text"))
  .regex(/^[\x21-\x7e]{1,128}$/, "is not 1 to 128 printable characters");

/** Canonical digests only; samples in Microsoft's documentation are masked and are refused by this. */
export const Digest = z
  .string(words("is not text"))
  .regex(/^sha256:[0-9a-f]{64}$/, "is not a digest (sha256: and 64 hexadecimal digits)");

// The distribution specification limits a name to 255 characters (with the host's) and gives this grammar.
const repositoryGrammar =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

export const Repository = z
  .string(words("is not text"))
  .max(255, { error: "is longer than 255 characters", abort: true })
  .regex(repositoryGrammar, "is not a repository name");

/** Tag by the distribution specification: at most 128 characters. */
export const tagGrammar = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** `tag` of a chart event is the chart's file name, whose SemVer version may hold a `+`. */
export const chartTagGrammar = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,255}$/;

// RFC 3339. Seen: 7 and 9 digits of a second, `Z`, `+00:00` and `-07:00`.
export const Timestamp = z
  .string(words("is not text"))
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/,
    "is not a time such as 2026-01-31T12:00:00.1234567Z",
  );

/** Text that only decorates a card: whatever is no text, or too long, is left out or cut, and refuses nothing. */
export const Decoration = z.string().optional().catch(undefined);

const longestDecoration = 512;

/** Decoration as it may be stored: cut, without control characters (PostgreSQL refuses NUL), well-formed. */
export function cleanText(text: string | undefined, maxLength = longestDecoration): string | undefined {
  if (text === undefined) return undefined;
  const clean = text
    .slice(0, maxLength)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, " ")
    .trim();
  return clean === "" ? undefined : clean;
}

/** A size in bytes; anything else is left out. */
export const Bytes = z.int().nonnegative().optional().catch(undefined);

// ACR was announced in November 2015; before that lie unset clocks and .NET's empty date (year 1).
const earliest = Date.UTC(2015, 0, 1);
// No clock that still reaches Azure is wrong by more; and rows are pruned by this time.
const furthestAheadMs = 31 * 86_400_000;

/**
 * The time in ms, or what is wrong with it. One that lies ahead refuses nothing, for the wrong clock may be ours; it is
 * kept as it is, by which copies are known, up to a month ahead. What folds it does not believe it.
 */
export function readOccurredAt(timestamp: string, now: number): number | string {
  const at = Date.parse(timestamp);
  if (Number.isNaN(at)) return "is not a time on the calendar";
  if (at < earliest) return "lies before 2015, when there was no Azure Container Registry";
  return Math.min(at, now + furthestAheadMs);
}

/** The problems of a failed parse as `field: what is wrong`, at most three; `prefix` leads to the fields. */
export function describeIssues(error: z.ZodError, prefix = ""): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${prefix}${issue.path.join(".") || "body"}: ${issue.message}`)
    .join("; ");
}

/**
 * The region's name as Azure writes it in resources (`westus`), from a query parameter or Event Grid's `location`;
 * empty when there is none, or when the text cannot be one. `West US` is taken as `westus`.
 */
export function readRegion(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== "string" || first.length > 80) return "";
  const region = first.toLowerCase().replaceAll(" ", "");
  return /^[a-z][a-z0-9]{1,39}$/.test(region) ? region : "";
}
