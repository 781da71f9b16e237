import { type ParsedEvent, readEventData } from "./event-data.ts";
import { describeForeignPayload } from "./foreign-payload.ts";

/**
 * Reads the JSON of a native webhook: one bare event object. Anything else is a problem in words, which says what the
 * payload looks like if it is known.
 */
export function readNativePayload(json: unknown, now: number): ParsedEvent {
  const foreign = describeForeignPayload(json);
  return foreign === undefined ? readEventData(json, now) : { ok: false, problem: foreign };
}
