import { z } from "zod";
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
  const statusCode = Number(eventResponseMessage?.statusCode ?? Number.NaN);
  const at = timeOf(body);
  const host = hostOf(eventRequestMessage?.requestUri);
  return {
    id,
    body,
    ...(at === undefined ? {} : { at }),
    ...(Number.isInteger(statusCode) ? { statusCode } : {}),
    ...(host === undefined ? {} : { host }),
  };
}

// The recordings have an object; text is taken too, as the swagger's older versions called it a string.
function bodyOf(content: unknown): unknown {
  if (typeof content !== "string") return content;
  try {
    return JSON.parse(content);
  } catch {
    // Not the body of an event: the caller refuses it like any other.
    return undefined;
  }
}

function timeOf(body: unknown): number | undefined {
  const timestamp = z.object({ timestamp: z.string() }).safeParse(body);
  const at = timestamp.success ? Date.parse(timestamp.data.timestamp) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function hostOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  return new URL(address).hostname || undefined;
}
