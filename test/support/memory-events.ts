import { ChatopsError } from "../../src/errors.ts";
import type { Sighting } from "../../src/nouns/registry-event.ts";
import type { RecordedAs, Store } from "../../src/store/store.ts";

/** The recording part of a store, in memory, with the key that the real one has. */
export interface MemoryEvents extends Pick<Store, "recordEvents"> {
  /** What is recorded, oldest first. */
  readonly sightings: () => readonly Sighting[];
  /** From now on nothing can be written. */
  readonly breakDown: () => void;
  /** From now on commits wait until `release` is called. */
  readonly hold: () => { readonly release: () => void };
}

/** Makes an empty one. */
export function createMemoryEvents(): MemoryEvents {
  const rows = new Map<string, Sighting>();
  let broken = false;
  let gate: Promise<void> = Promise.resolve();
  return {
    sightings: () => [...rows.values()],
    breakDown: () => {
      broken = true;
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return { release: resolve };
    },
    recordEvents: async (sightings) => {
      await gate;
      if (broken) throw new ChatopsError("store-unwritable", "disk full", { retryable: true });
      return sightings.map((sighting): RecordedAs => {
        const { registry, occurredAt, id } = sighting.event;
        const key = JSON.stringify([registry, occurredAt, id, sighting.way, sighting.region]);
        if (rows.has(key)) return "duplicate";
        rows.set(key, sighting);
        return "recorded";
      });
    },
  };
}
