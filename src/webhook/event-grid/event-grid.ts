import { z } from "zod";
import type { Action } from "../../nouns/registry-event.ts";
import { isJsonObject } from "../../outgoing/json-or-nothing.ts";
import { present } from "../../present.ts";
import { type EventFacts, readEventData } from "../event-data.ts";
import { describeIssues, readRegion } from "../event-fields.ts";

// Full names by the schema of 2018-01-01; older examples and the Chinese documentation write the short ones.
const actionOfType: ReadonlyMap<string, Action> = new Map([
  ["imagepushed", "push"],
  ["imagedeleted", "delete"],
  ["chartpushed", "chart_push"],
  ["chartdeleted", "chart_delete"],
]);
const typePrefix = "microsoft.containerregistry.";

const Text = z.string().max(1_024).optional().catch(undefined);

/** Both envelopes: Event Grid's own has `topic`, `eventType`, `eventTime`; CloudEvents 1.0 `source`, `type`, `time`. */
const Envelope = z.object({
  id: Text,
  topic: Text,
  eventType: Text,
  eventTime: Text,
  specversion: z
    .literal("1.0", "is not 1.0, the only version of CloudEvents that Event Grid sends")
    .optional(),
  source: Text,
  type: Text,
  time: Text,
  data: z.record(z.string(), z.unknown(), "is missing or not an object"),
});
type Envelope = z.infer<typeof Envelope>;

/** One entry of a delivery: an event, or why it is none. */
export type EventGridEntry =
  | {
      readonly ok: true;
      readonly facts: EventFacts;
      /** ARM id of the registry, as the sender gives it. */
      readonly topic?: string;
      readonly region: string;
    }
  | { readonly ok: false; readonly problem: string };

/** The events of a delivery: a delivery is an array or, as CloudEvents may be, one object. */
export function eventGridEntries(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [json];
}

/** Reads one event in either schema. The envelope's own type decides the action; `data` says the rest. */
export function readEventGridEntry(json: unknown, now: number): EventGridEntry {
  if (!isJsonObject(json)) return bad("this is not an event object");
  if (Array.isArray(json.events)) {
    return bad("this is a docker-distribution envelope (events[]), not an Event Grid event");
  }
  if (json.eventType === undefined && json.specversion === undefined) {
    return bad("this has neither eventType (Event Grid schema) nor specversion (CloudEvents)");
  }
  const parsed = Envelope.safeParse(json);
  if (!parsed.success) return bad(describeIssues(parsed.error));
  return readEnvelope(parsed.data, now);
}

function readEnvelope(envelope: Envelope, now: number): EventGridEntry {
  const isCloudEvent = envelope.specversion !== undefined;
  const typeField = isCloudEvent ? "type" : "eventType";
  const action = readAction(envelope[typeField]);
  if (action === undefined) return bad(`${typeField}: is no event type of a container registry that we take`);
  const { data } = envelope;
  if (typeof data.action === "string" && data.action !== action) {
    return bad(`data.action: contradicts the ${typeField}`);
  }
  // `data.id` is the id of the native event, where it is filled; the envelope's is Event Grid's own.
  const id = typeof data.id === "string" && data.id !== "" ? data.id : envelope.id;
  const timestamp = data.timestamp ?? (isCloudEvent ? envelope.time : envelope.eventTime);
  const read = readEventData({ ...data, id, timestamp, action }, now, "data.");
  if (!read.ok) return read;
  const topic = isCloudEvent ? envelope.source : envelope.topic;
  return present({ ok: true as const, facts: read.facts, region: readRegion(data.location), topic });
}

function readAction(type: string | undefined): Action | undefined {
  const name = type?.toLowerCase() ?? "";
  return actionOfType.get(name.startsWith(typePrefix) ? name.slice(typePrefix.length) : name);
}

function bad(problem: string): EventGridEntry {
  return { ok: false, problem };
}
