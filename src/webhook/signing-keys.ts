import type { CryptoKey } from "jose";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import { importKeySet } from "./key-set.ts";

/** Keys that Entra tokens are signed with, as the answer lane sees them: from memory, at once. */
export interface SigningKeySource {
  /** `unknown-yet`: not among the keys read so far, which are being read again; undefined: no key of ours at all. */
  find(keySet: string, keyId: string): CryptoKey | undefined | "unknown-yet";
}

export interface SigningKeys extends SigningKeySource {
  /** Takes over what the store has; no network. To be awaited before the server listens. */
  load(): Promise<void>;
  /** Reads every configured key set anew and stores it; keeps the old keys of one that fails, and throws its error. */
  refresh(): Promise<void>;
}

/** A key that is not known makes us read its set again, at most this often. */
const onDemandPauseMs = 60_000;

interface KnownSet {
  readonly keys: ReadonlyMap<string, CryptoKey>;
  readonly readAt: number;
}

/**
 * Signing keys held in memory, fed from the store and from `fetchJwks` (the address in, the JSON Web Key Set as text
 * out). `find` never waits: where a key is missing it starts a read in the background and says `unknown-yet`.
 */
export function createSigningKeys(deps: {
  readonly store: Pick<Store, "findKeySet" | "saveKeySet">;
  readonly fetchJwks: (address: string) => Promise<string>;
  /** Addresses of the key sets that the configuration needs now. */
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
    known.set(address, { keys: await importKeySet(stored.jwks), readAt: stored.readAt });
  };

  const readSet = async (address: string): Promise<void> => {
    const jwks = await deps.fetchJwks(address);
    const readAt = deps.now();
    known.set(address, { keys: await importKeySet(jwks), readAt });
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
    // Another replica may have read and stored it already, which also serves while Entra cannot be reached.
    loadSet(address)
      .then(() => readOnce(address))
      .catch((error: unknown) => {
        deps.log.warn(
          { step: "receive", keySet: address, error: describeError(error) },
          "no signing keys read",
        );
      });
  };

  return {
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
