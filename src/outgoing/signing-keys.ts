import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { createLoop, type Loop } from "../work/loop.ts";
import { readKeySet, type SigningKey } from "./read-key-set.ts";

/** Keys that others sign their tokens with, as the answer lane sees them: from memory, at once. */
export interface SigningKeySource {
  /** `unknown-yet`: not among the keys read so far, which are being read again; undefined: no key set of ours. */
  find(keySet: string, keyId: string): SigningKey | "unknown-yet" | undefined;
}

export interface SigningKeys extends SigningKeySource {
  /** Whether a key set has been read, now or once before. */
  has(keySet: string): boolean;
  /** Takes over what the store has; no network. To be awaited before the server listens. */
  load(): Promise<void>;
  /** Reads every key set anew and stores it; keeps the old keys of one that fails, and throws its error. */
  refresh(): Promise<void>;
}

// A key that is not known makes us read its set again, at most this often, whoever asks.
const onDemandPauseMs = 60_000;
// Entra and the Bot Framework may roll their keys at any time and publish new ones before they use them; their advice is
// to look daily at least.
const refreshMs = 60 * 60_000;

interface KnownSet {
  readonly keys: ReadonlyMap<string, SigningKey>;
  readonly readAt: number;
}

/**
 * Signing keys held in memory, fed from the store and from `fetchKeySet` (an address in, the JSON Web Key Set as text
 * out). `find` never waits, and keeps nothing of a key id that it does not know.
 */
export function createSigningKeys(deps: {
  readonly store: Pick<Store, "findKeySet" | "saveKeySet">;
  readonly fetchKeySet: (address: string) => Promise<string>;
  /** The addresses that are needed now. */
  readonly keySets: () => readonly string[];
  readonly now: () => number;
  readonly log: Log;
}): SigningKeys {
  const known = new Map<string, KnownSet>();
  const askedAt = new Map<string, number>();
  const reading = new Map<string, Promise<void>>();

  const loadSet = async (address: string): Promise<void> => {
    const stored = await deps.store.findKeySet(address);
    if (stored === undefined || stored.readAt <= (known.get(address)?.readAt ?? 0)) return;
    known.set(address, { keys: readKeySet(stored.jwks), readAt: stored.readAt });
  };

  const readSet = async (address: string): Promise<void> => {
    const jwks = await deps.fetchKeySet(address);
    const readAt = deps.now();
    known.set(address, { keys: readKeySet(jwks), readAt });
    await deps.store.saveKeySet({ issuer: address, jwks, readAt });
  };

  const readOnce = (address: string): Promise<void> => {
    const running = reading.get(address);
    if (running !== undefined) return running;
    const read = readSet(address).finally(() => reading.delete(address));
    reading.set(address, read);
    return read;
  };

  const readOnDemand = (address: string): void => {
    const now = deps.now();
    const last = askedAt.get(address);
    if (last !== undefined && now - last < onDemandPauseMs && now >= last) return;
    askedAt.set(address, now);
    // Another replica may have read and stored it already, which also serves while the network is down.
    loadSet(address)
      .then(() => readOnce(address))
      .catch((error: unknown) => {
        const fields = { step: "receive", keySet: address, error: describeError(error) };
        deps.log.warn(fields, "no signing keys read");
      });
  };

  return {
    has: (address) => known.has(address),
    find: (address, keyId) => {
      const key = known.get(address)?.keys.get(keyId);
      if (key !== undefined) return key;
      if (!deps.keySets().includes(address)) return undefined;
      readOnDemand(address);
      return "unknown-yet";
    },
    load: async () => {
      await Promise.all(deps.keySets().map(loadSet));
    },
    refresh: async () => {
      const needed = deps.keySets();
      for (const address of known.keys()) if (!needed.includes(address)) known.delete(address);
      const outcomes = await Promise.allSettled(needed.map(readOnce));
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    },
  };
}

/** Reads the keys hourly in the background, so that the answer lane never waits for those who publish them. */
export function createKeyLoop(deps: {
  readonly name: string;
  readonly keys: Pick<SigningKeys, "refresh">;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  return createLoop({
    name: deps.name,
    clock: deps.clock,
    log: deps.log,
    step: async () => {
      await deps.keys.refresh();
      return refreshMs;
    },
  });
}
