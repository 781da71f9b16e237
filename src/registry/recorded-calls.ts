import { z } from "zod";
import { jsonOrNothing } from "../outgoing/json-or-nothing.ts";
import { present } from "../present.ts";
import type { RecordedCall } from "./registry-port.ts";

const text = z.string().optional().catch(undefined);

/**
 * One entry of `listEvents`, of which only what is named here is ever kept: `eventRequestMessage.headers` holds the
 * webhook's secret in clear text, and the query of `requestUri` may (acr-facts 3.2).
 */
const Entry = z.object({
  id: z.string().min(1).max(128),
  eventRequestMessage: z.object({ content: z.unknown(), requestUri: text }).optional().catch(undefined),
  eventResponseMessage: z
    .object({ statusCode: z.union([z.string(), z.number()]).optional().catch(undefined) })
    .nullish()
    .catch(undefined),
});

/** The entry without headers, addresses and answers; undefined for something that is no entry. */
export function readRecordedCall(entry: unknown): RecordedCall | undefined {
  const parsed = Entry.safeParse(entry);
  if (!parsed.success) return undefined;
  const { id, eventRequestMessage, eventResponseMessage } = parsed.data;
  const body = bodyOf(eventRequestMessage?.content);
  const status = Number(eventResponseMessage?.statusCode ?? Number.NaN);
  const at = timeOf(body);
  const host = URL.parse(eventRequestMessage?.requestUri ?? "")?.hostname || undefined;
  const statusCode = Number.isInteger(status) ? status : undefined;
  return { id, body, ...present({ at, statusCode, host }) };
}

// The recordings have an object; text is taken too, as the swagger's older versions called it a string.
function bodyOf(content: unknown): unknown {
  // What is no JSON is not the body of an event: the caller refuses it like any other.
  return typeof content === "string" ? jsonOrNothing(content) : content;
}

function timeOf(body: unknown): number | undefined {
  const timestamp = z.object({ timestamp: z.string() }).safeParse(body);
  const at = timestamp.success ? Date.parse(timestamp.data.timestamp) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
