import type { JsonObject } from "../shared/json-object.ts";
import type { Arguments } from "./read-arguments.ts";
import { findText, number } from "./read-arguments.ts";
import { SlackError } from "./slack-error.ts";

/** One page of a list, and the fields that lead to the next. */
export type Page<T> = { readonly items: readonly T[]; readonly more: boolean; readonly next: JsonObject };

/** The page that `limit` and `cursor` ask for; throws `invalid_cursor`, `invalid_limit` (1 to 999). */
export function pageThrough<T>(items: readonly T[], args: Arguments, defaultLimit: number): Page<T> {
  const limit = number(args, "limit", defaultLimit) || defaultLimit;
  if (limit < 1 || limit > 999) throw new SlackError("invalid_limit");
  const start = readCursor(findText(args, "cursor"));
  const end = start + Math.floor(limit);
  const more = end < items.length;
  const cursor = more ? Buffer.from(`next:${end}`).toString("base64") : "";
  return { items: items.slice(start, end), more, next: { response_metadata: { next_cursor: cursor } } };
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const found = /^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString("utf8"));
  if (found === null) throw new SlackError("invalid_cursor");
  return Number(found[1]);
}
