type Style = Intl.DateTimeFormatOptions;

// Maps, as a message may name any word, such as "constructor".
const dateStyles: ReadonlyMap<string, Style> = new Map(
  Object.entries({
    date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
    date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
    date: { year: "numeric", month: "long", day: "numeric" },
    date_short: { year: "numeric", month: "short", day: "numeric" },
    date_long: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
  } as const satisfies Record<string, Style>),
);

const daysApart = (from: Date, to: Date): number => {
  const midnight = (date: Date): number =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / 86_400_000);
};

const nearDays: ReadonlyMap<number, string> = new Map([
  [-1, "tomorrow"],
  [0, "today"],
  [1, "yesterday"],
]);

function ago(date: Date, now: Date): string {
  const minutes = Math.round((date.getTime() - now.getTime()) / 60_000);
  const words = new Intl.RelativeTimeFormat([], { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  return Math.abs(minutes) < 1440
    ? words.format(Math.round(minutes / 60), "hour")
    : words.format(Math.round(minutes / 1440), "day");
}

function token(name: string, date: Date, now: Date): string | undefined {
  if (name === "time") return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (name === "ago") return ago(date, now);
  if (name === "time_secs") return date.toLocaleTimeString([], { timeStyle: "medium" });
  const pretty = name.endsWith("_pretty");
  const style = dateStyles.get(pretty ? name.slice(0, -"_pretty".length) : name);
  if (!style) return undefined;
  const near = pretty ? nearDays.get(daysApart(date, now)) : undefined;
  return near ?? date.toLocaleDateString([], style);
}

/** Fills a `<!date^…>` format in the viewer's own zone; gives the fallback for a date that is none.
 * The tokens are those of https://docs.slack.dev/messaging/formatting-message-text#date-formatting. */
export function formatSlackDate(
  unixSeconds: number,
  format: string,
  fallback: string,
  now: Date = new Date(),
): string {
  const date = new Date(unixSeconds * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  return format.replace(/\{(\w+)\}/g, (whole, name: string) => token(name, date, now) ?? whole);
}

/** The time of a message `ts` ("1700000000.000100"), hours and minutes in the viewer's zone. */
export function timeOf(ts: string): string {
  return formatSlackDate(Number(ts), "{time}", "");
}

/** The day of a message `ts` as its divider says it: "Today", "Yesterday", or the date. */
export function dayOf(ts: string, now: Date = new Date()): string {
  const day = formatSlackDate(Number(ts), "{date_long_pretty}", "", now);
  return day.charAt(0).toUpperCase() + day.slice(1);
}
