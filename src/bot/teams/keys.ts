import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import { createLoop, type Loop } from "../../work/loop.ts";
import { type EndorsedKey, readKeySet } from "./read-key-set.ts";

/** The keys that sign Teams' requests, as the answer lane sees them: from memory, at once. */
export interface TeamsKeys {
  /** `unknown-yet`: not among the keys read so far, which are being read again. */
  find(keyId: string): EndorsedKey | "unknown-yet";
  /** Takes over what the store has; no network. To be awaited before the server listens. */
  load(): Promise<void>;
  /** Reads the keys anew and stores them; keeps the old ones if that fails, and throws its error. */
  refresh(): Promise<void>;
}

// A key that is not known makes us read the set again, at most this often, whoever asks.
const onDemandPauseMs = 60_000;
// Microsoft asks to look at least once a day; a new key signs from the day on which it is published.
const refreshMs = 60 * 60_000;

/**
 * The Bot Framework's keys held in memory, fed from the store and from `fetchKeys` (the metadata's address in, the key
 * set as text out). `find` never waits, and keeps nothing of a key id that it does not know.
 */
export function createTeamsKeys(deps: {
  readonly store: Pick<Store, "findKeySet" | "saveKeySet">;
  readonly fetchKeys: (metadataUrl: string) => Promise<string>;
  readonly metadataUrl: string;
  readonly now: () => number;
  readonly log: Log;
}): TeamsKeys {
  const { metadataUrl, now } = deps;
  let known: ReadonlyMap<string, EndorsedKey> = new Map();
  let readAt = 0;
  let askedAt: number | undefined;
  let reading: Promise<void> | undefined;

  const load = async (): Promise<void> => {
    const stored = await deps.store.findKeySet(metadataUrl);
    if (stored === undefined || stored.readAt <= readAt) return;
    known = await readKeySet(stored.jwks);
    readAt = stored.readAt;
  };

  const read = async (): Promise<void> => {
    const jwks = await deps.fetchKeys(metadataUrl);
    known = await readKeySet(jwks);
    readAt = now();
    await deps.store.saveKeySet({ issuer: metadataUrl, jwks, readAt });
  };

  const refresh = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  const refreshOnDemand = (): void => {
    const asked = now();
    if (askedAt !== undefined && asked - askedAt < onDemandPauseMs && asked >= askedAt) return;
    askedAt = asked;
    // Another replica may have read and stored it already, which also serves while the network is down.
    load()
      .then(refresh)
      .catch((error: unknown) => {
        deps.log.warn({ step: "receive", error: describeError(error) }, "no signing keys of Teams read");
      });
  };

  return {
    find: (keyId) => {
      const key = known.get(keyId);
      if (key !== undefined) return key;
      refreshOnDemand();
      return "unknown-yet";
    },
    load,
    refresh,
  };
}

/** Reads the Bot Framework's keys in the background, hourly, so that no request of Teams waits for them. */
export function createTeamsKeyLoop(deps: {
  readonly keys: Pick<TeamsKeys, "refresh">;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  return createLoop({
    name: "signing keys of Teams",
    clock: deps.clock,
    log: deps.log,
    step: async () => {
      await deps.keys.refresh();
      return refreshMs;
    },
  });
}
