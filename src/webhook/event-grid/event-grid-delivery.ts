import { setImmediate as nextTurn } from "node:timers/promises";
import type { RegistryConfig } from "../../config/config.ts";
import type { HttpRefusal } from "../../http/http-refusal.ts";
import type { Sighting } from "../../nouns/registry-event.ts";
import { findOtherHost, findOtherTopic } from "../callers/hosts.ts";
import { readEventGridEntry } from "./event-grid.ts";

/** A delivery sorted into what can be recorded and what cannot. */
export interface SortedDelivery {
  readonly sightings: readonly Sighting[];
  /** One for each unusable event. */
  readonly refusals: readonly HttpRefusal[];
  /** The answer if there is nothing to record. */
  readonly nothingUsable: HttpRefusal;
}

/** Event Grid's own bound on a batch (maxEventsPerBatch). */
const mostEvents = 5_000;
// Measured: the check of an unusable event takes up to 20 µs.
const eventsATurn = 250;

const tooMany: HttpRefusal = {
  status: 400,
  code: "nothing-usable",
  message: `The delivery holds more than ${mostEvents} events, which Event Grid never sends.`,
};

/**
 * Sorts a delivery's events for one registry. `region` is the one of the URL, for events that name none. If every
 * event names another registry the answer is 422, else an unusable delivery gets 400, which Event Grid never repeats.
 */
export async function sortDelivery(
  entries: readonly unknown[],
  registry: RegistryConfig,
  region: string,
  now: number,
): Promise<SortedDelivery> {
  const sightings: Sighting[] = [];
  const refusals: HttpRefusal[] = [];
  if (entries.length > mostEvents) return { sightings, refusals, nothingUsable: tooMany };
  for (const [index, entry] of entries.entries()) {
    if (index % eventsATurn === eventsATurn - 1) await nextTurn();
    const read = readEventGridEntry(entry, now);
    if (!read.ok) {
      refusals.push({ status: 400, code: "nothing-usable", message: read.problem });
      continue;
    }
    const other = findOtherTopic(read.topic, registry) ?? findOtherHost(read.facts.host, registry);
    if (other !== undefined) {
      refusals.push({ status: 422, code: "another-registry", message: other });
      continue;
    }
    const event = { registry: registry.name, ...read.facts };
    sightings.push({ event, way: "eventgrid", region: read.region || region, receivedAt: now });
  }
  return { sightings, refusals, nothingUsable: summarise(refusals) };
}

function summarise(refusals: readonly HttpRefusal[]): HttpRefusal {
  const unusable = refusals.find((refusal) => refusal.status === 400) ?? refusals[0];
  if (unusable === undefined)
    return { status: 400, code: "nothing-usable", message: "The delivery holds no event." };
  if (refusals.length === 1) return unusable;
  return {
    ...unusable,
    message: `None of ${refusals.length} events is usable, such as: ${unusable.message}`,
  };
}
