import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { createLoop, type Loop } from "../work/loop.ts";
import { shareCalls } from "../work/share-calls.ts";
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

interface KeyDeps {
  readonly store: Pick<Store, "findKeySet" | "saveKeySet">;
  readonly fetchKeySet: (address: string) => Promise<string>;
  /** The addresses that are needed now. */
  readonly keySets: () => readonly string[];
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Signing keys held in memory, fed from the store and from `fetchKeySet` (an address in, the JSON Web Key Set as text
 * out). `find` never waits, and keeps nothing of a key id that it does not know.
 */
export function createSigningKeys(deps: KeyDeps): SigningKeys {
  const known = new Map<string, KnownSet>();
  const share = shareCalls<void>();
  const read = (address: string) => share(address, () => readSet(address, known, deps));
  const readOnDemand = onDemand(async (address) => {
    // Another replica may have read and stored it already, which also serves while the network is down.
    await loadSet(address, known, deps);
    await read(address);
  }, deps);
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
      await Promise.all(deps.keySets().map((address) => loadSet(address, known, deps)));
    },
    refresh: async () => {
      const needed = deps.keySets();
      for (const address of known.keys()) if (!needed.includes(address)) known.delete(address);
      const outcomes = await Promise.allSettled(needed.map(read));
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    },
  };
}

async function loadSet(address: string, known: Map<string, KnownSet>, { store }: KeyDeps): Promise<void> {
  const stored = await store.findKeySet(address);
  if (stored === undefined || stored.readAt <= (known.get(address)?.readAt ?? 0)) return;
  known.set(address, { keys: readKeySet(stored.jwks), readAt: stored.readAt });
}

async function readSet(address: string, known: Map<string, KnownSet>, deps: KeyDeps): Promise<void> {
  const jwks = await deps.fetchKeySet(address);
  const readAt = deps.now();
  known.set(address, { keys: readKeySet(jwks), readAt });
  await deps.store.saveKeySet({ issuer: address, jwks, readAt });
}

/** Reads at most once a minute, whoever asks, and waits for nothing. */
function onDemand(read: (address: string) => Promise<void>, { now, log }: KeyDeps) {
  const askedAt = new Map<string, number>();
  return (address: string): void => {
    const at = now();
    const last = askedAt.get(address);
    if (last !== undefined && at - last < onDemandPauseMs && at >= last) return;
    askedAt.set(address, at);
    read(address).catch((error: unknown) => {
      const fields = { step: "receive", keySet: address, error: describeError(error) };
      log.warn(fields, "no signing keys read");
    });
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
