import { describeError } from "../errors.ts";
import type { Refused } from "../http/http-refusal.ts";
import type { Log } from "../log.ts";
import type { Sighting } from "../nouns/registry-event.ts";
import type { RecordedAs, Store } from "../store/store.ts";
import { systemClock } from "../work/clock.ts";
import { within } from "../work/within.ts";

/** Events that are on disk: each for the first time, or again. */
export interface Recorded {
  readonly ok: true;
  readonly as: readonly RecordedAs[];
}

export type RecordSightings = (sightings: readonly Sighting[]) => Promise<Recorded | Refused>;

/** Event Grid repeats after a 503 no sooner than 30 s (delivery-and-retry of its documentation). */
export const retryAfterSeconds = 30;
/** ACR gives a webhook 5 s, so a commit that waits longer than this is answered 503. */
const recordLimitMs = 2_000;
/** Events whose commit is awaited at one time; above it they are refused at once, so memory stays bounded. */
const maxWaitingEvents = 20_000;

/**
 * Step ②: writes sightings down and resolves when they are on disk. Refuses with 503 when the store cannot write,
 * when the commit waits over 2 s (it may still happen: the repeated event is a duplicate then), or when too many
 * events wait already. It never rejects.
 */
export function createRecord(deps: {
  readonly store: Pick<Store, "recordEvents">;
  readonly log: Log;
  readonly limitMs?: number | undefined;
  readonly maxWaiting?: number;
}): RecordSightings {
  const { store, log, limitMs = recordLimitMs, maxWaiting = maxWaitingEvents } = deps;
  let waiting = 0;

  const commit = async (sightings: readonly Sighting[]): Promise<Recorded | Refused> => {
    waiting += sightings.length;
    try {
      const as = await store.recordEvents(sightings);
      for (const [index, sighting] of sightings.entries()) logRecorded(log, sighting, as[index]);
      return { ok: true, as };
    } catch (error) {
      return refused(`the store cannot write: ${describeError(error)}`);
    } finally {
      waiting -= sightings.length;
    }
  };

  return async (sightings) => {
    if (waiting + sightings.length > maxWaiting) return refused(`${waiting} events wait for the store`);
    const done = await within(commit(sightings), limitMs, systemClock);
    return done ?? refused(`a commit waits over ${limitMs} ms`);
  };
}

function logRecorded(log: Log, { event, way, region }: Sighting, as: RecordedAs | undefined): void {
  log.info(
    { step: "record", eventId: event.id, registry: event.registry, way, region, as },
    "event recorded",
  );
}

function refused(reason: string): Refused {
  return {
    ok: false,
    context: { step: "record", reason },
    refusal: {
      status: 503,
      code: "store-unwritable",
      message: "The event could not be written down. Please send it again.",
      headers: { "retry-after": String(retryAfterSeconds) },
    },
  };
}
