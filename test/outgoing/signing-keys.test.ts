import { expect, it } from "vitest";
import { createSigningKeys } from "../../src/outgoing/signing-keys.ts";
import type { KeySet as StoredKeys } from "../../src/store/store.ts";
import { keySetsOf } from "../../src/webhook/callers/entra-key-set.ts";
import { createLogLines } from "../support/log-lines.ts";
import { entraConfig, entraKey, foreignKey, jwksOf, keySet } from "../webhook/entra.ts";

function setUp(stored?: StoredKeys) {
  const rows = new Map(stored === undefined ? [] : [[stored.issuer, stored]]);
  const fetches: PromiseWithResolvers<string>[] = [];
  const saved: PromiseWithResolvers<void>[] = [];
  const clock = { now: 1_000_000 };
  const lines = createLogLines();
  const keys = createSigningKeys({
    store: {
      findKeySet: async (issuer) => rows.get(issuer),
      saveKeySet: async (next) => {
        rows.set(next.issuer, next);
        saved.at(-1)?.resolve();
      },
    },
    fetchKeySet: (address) => {
      expect(address).toBe(keySet);
      const answer = Promise.withResolvers<string>();
      fetches.push(answer);
      started?.resolve();
      return answer.promise;
    },
    keySets: () => keySetsOf(entraConfig()),
    now: () => clock.now,
    log: lines.log,
  });
  let started: PromiseWithResolvers<void> | undefined;
  const nextFetch = () => {
    started = Promise.withResolvers<void>();
    return started.promise;
  };
  const nextSave = () => {
    const save = Promise.withResolvers<void>();
    saved.push(save);
    return save.promise;
  };
  return { keys, rows, fetches, clock, lines, nextFetch, nextSave };
}

const jwks = jwksOf({ k1: entraKey.publicKey });

it("serves what the store has without any network", async () => {
  const { keys, fetches } = setUp({ issuer: keySet, jwks, readAt: 900_000 });
  await keys.load();
  expect(keys.find(keySet, "k1")).toMatchObject({ endorsements: [] });
  expect(fetches).toHaveLength(0);
});

it("reads and stores key sets when it is told to refresh", async () => {
  const { keys, rows, fetches } = setUp();
  const refreshed = keys.refresh();
  fetches[0]?.resolve(jwks);
  await refreshed;
  expect(keys.find(keySet, "k1")).toMatchObject({ endorsements: [] });
  expect(rows.get(keySet)).toEqual({ issuer: keySet, jwks, readAt: 1_000_000 });
});

it("reads again for an unknown key, in the background and once a minute at most", async () => {
  const { keys, fetches, clock, nextFetch, nextSave } = setUp();
  const first = nextFetch();
  const firstSaved = nextSave();
  expect(keys.find(keySet, "k2")).toBe("unknown-yet");
  expect(keys.find(keySet, "k2")).toBe("unknown-yet");
  await first;
  fetches[0]?.resolve(jwks);
  await firstSaved;
  expect(keys.find(keySet, "k1")).toMatchObject({ endorsements: [] });

  clock.now += 59_999;
  expect(keys.find(keySet, "k2")).toBe("unknown-yet");
  expect(fetches).toHaveLength(1);

  clock.now += 1;
  const second = nextFetch();
  const secondSaved = nextSave();
  expect(keys.find(keySet, "k2")).toBe("unknown-yet");
  await second;
  fetches[1]?.resolve(jwksOf({ k1: entraKey.publicKey, k2: foreignKey.publicKey }));
  await secondSaved;
  expect(keys.find(keySet, "k2")).toMatchObject({ endorsements: [] });
  expect(fetches).toHaveLength(2);
});

it("keeps its keys when a refresh fails or gives nothing usable", async () => {
  const { keys, rows, fetches } = setUp({ issuer: keySet, jwks, readAt: 900_000 });
  await keys.load();
  for (const useless of ["<html>", "{}", '{"keys":[]}', '{"keys":[{"kty":"oct","kid":"k9","k":"AA"}]}']) {
    const refreshed = keys.refresh();
    fetches.at(-1)?.resolve(useless);
    await expect(refreshed).rejects.toThrow(RangeError);
  }
  const failed = keys.refresh();
  fetches.at(-1)?.reject(new Error("no route"));
  await expect(failed).rejects.toThrow("no route");
  expect(keys.find(keySet, "k1")).toMatchObject({ endorsements: [] });
  expect(rows.get(keySet)?.jwks).toBe(jwks);
});

it("asks nobody for a key set that is not configured", () => {
  const { keys, fetches } = setUp();
  expect(keys.find("https://evil.example/keys", "k1")).toBeUndefined();
  expect(fetches).toHaveLength(0);
});
