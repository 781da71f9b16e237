import { dayOf, formatSlackDate } from "../slack/dates.ts";
import type { TeamsMessage } from "./teams-world.ts";
import { momentOf } from "./teams-world.ts";

/** The time of a message in the viewer's zone, with its day if that is not today; empty when it is not known. */
export function timeOfPost(at: TeamsMessage["at"], now: Date = new Date()): string {
  const seconds = momentOf(at) / 1000;
  if (seconds === 0) return "";
  const time = formatSlackDate(seconds, "{time}", "", now);
  const day = dayOf(String(seconds), now);
  return day === "Today" ? time : `${formatSlackDate(seconds, "{date_short_pretty}", "", now)} ${time}`;
}
