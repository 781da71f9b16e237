import { describe, expect, it } from "vitest";
import { ChatopsError } from "../../src/errors.ts";
import type { ChannelId, Platform } from "../../src/nouns/channel.ts";
import {
  type ClaimedWork,
  type ClaimWish,
  type ListedKind,
  listedKinds,
  type WorkItems,
  type WorkKind,
} from "../../src/nouns/due-work.ts";
import { everything } from "./claim-work.ts";
import { startRunner } from "./runner-stage.ts";
import { type StoreKit, type StorePlace, useStore } from "./store-kit.ts";
import { accept, anna, artifact, audit, byWish, operation, request, root, wish } from "./store-samples.ts";

const hourMs = 3_600_000;
const nobody = { by: "name", names: [] } as const;

/** How each kind calls its lanes, and how an item of that name comes to be due there now. */
interface Maker {
  readonly lanes: readonly [string, string];
  readonly make: (kit: StoreKit, name: string, lane: string) => Promise<unknown>;
}

const listed = (kind: ListedKind): Maker => {
  const names = new Map<string, string>();
  return {
    lanes: ["lane one", "lane two"],
    make: async (kit, key, lane) => {
      if ((await kit.store.nextDueIn(kind, everything)) === undefined) names.clear();
      names.set(key, lane);
      await kit.store.listWork(
        kind,
        [...names].map(([name, of]) => ({ key: name, lane: of })),
      );
    },
  };
};

const makers: Readonly<Record<WorkKind, Maker>> = {
  ...(Object.fromEntries(listedKinds.map((kind) => [kind, listed(kind)])) as Record<ListedKind, Maker>),
  verify: {
    lanes: ["contoso", "fabrikam"],
    make: async (kit, name, registry) => {
      const key = { registry, repository: "shop", digest: name };
      await kit.store.changeArtifact(key, undefined, () => ({
        artifact: artifact(key),
        due: { verify: kit.now() },
      }));
    },
  },
  decide: {
    lanes: ["slack", "teams"],
    make: async (kit, id, lane) => {
      const who = { ...anna, platform: lane as Platform };
      await kit.store.recordRequest(request({ id, who, at: kit.now() - 3_000 }));
    },
  },
  deliver: {
    lanes: ["slack:C1", "slack:C2"],
    make: (kit, subject, lane) =>
      kit.store.wantMessages([root({ subject, channel: lane as ChannelId, dueAt: kit.now() })]),
  },
  operate: { lanes: ["staging", "production"], make: (kit, id, lane) => ask(kit, id, lane, "queued") },
  expire: {
    lanes: ["staging", "production"],
    make: (kit, id, lane) => ask(kit, id, lane, "awaiting-approval"),
  },
};

async function ask(kit: StoreKit, id: string, target: string, state: "queued" | "awaiting-approval") {
  const at = kit.now();
  await kit.store.recordRequest(request({ id, at, order: { ...wish, repository: id, target } }));
  const approvals = { count: 1, from: [], expiresAt: at };
  await kit.store.decideRequest(
    id,
    byWish((of) => ({
      ...accept(of),
      audit: audit({ id: `audit of ${id}` }),
      operation: operation(of, { id, lane: target, state, approvals }),
    })),
  );
}

/** What the test calls an item. */
function nameOf(item: WorkItems[WorkKind]): string {
  if (typeof item === "string") return item.split("@").at(-1) ?? item;
  return "subject" in item ? item.subject : item.id;
}

/** The contract of due work, for each kind on the rows that it really has. */
export function eachKindContract(place: StorePlace): void {
  describe.each(Object.keys(makers) as WorkKind[])("due work of the kind %s", (kind) => {
    const kit = useStore(place);
    const { lanes, make: makeIn } = makers[kind];
    // An operation holds its lane until it has ended.
    const isInOrder = kind === "operate";
    const make = (name: string, lane: 0 | 1 = 0) => makeIn(kit, name, lanes[lane]);
    const claim = (wish: Partial<ClaimWish> = {}) => kit.store.claimDue(kind, { ...everything, ...wish });
    const names = (claimed: readonly ClaimedWork<WorkKind>[]) => claimed.map(({ item }) => nameOf(item));
    const only = async (wish: Partial<ClaimWish> = {}) => {
      const [claimed, another] = await claim(wish);
      if (claimed === undefined || another !== undefined) throw new Error("not one was claimed");
      return claimed;
    };

    it("wakes every process, is claimed lane by lane, put off, and written to by its holder alone", async () => {
      const woken = [kit.store, await kit.replica()].map(
        (store) =>
          new Promise<void>((resolve) => {
            store.onWork((kinds) => {
              if (kinds.has(kind)) resolve();
            });
          }),
      );
      await make("a");
      await Promise.all(woken);
      kit.advance(1);
      await make("b");
      await make("z", 1);
      kit.advance(1);
      const [a, z] = await claim();
      if (a === undefined || z === undefined) throw new Error("two lanes, two items");
      expect(names([a, z])).toEqual(["a", "z"]);
      expect([a.lane, z.lane]).toEqual(lanes);
      expect(a).toMatchObject({ attempts: 0, claims: 1 });
      expect(await claim()).toEqual([]);
      expect(names(await claim({ perLane: 2, leaseMs: 1 }))).toEqual(isInOrder ? [] : ["b"]);
      kit.advance(1);
      expect(await kit.store.putOff(kind, a, { afterMs: 1_000, error: "503" })).toBe(true);
      expect(await kit.store.putOff(kind, a, { afterMs: 0 })).toBe(false);
      expect(await kit.store.renewLease(kind, a, 60_000)).toBe(false);
      expect(names(await claim({ perLane: 2, leaseMs: 5_000 }))).toEqual(isInOrder ? [] : ["b"]);
      kit.advance(1_000);
      const again = await only({ perLane: 2 });
      expect(again).toMatchObject({ key: a.key, attempts: 1, claims: 1 });
      await kit.store.putOff(kind, again, { afterMs: 500 });
      kit.advance(500);
      expect(await only({ perLane: 2, leaseMs: 0 })).toMatchObject({ key: a.key, attempts: 1, claims: 1 });
      expect(await only({ perLane: 2 })).toMatchObject({ key: a.key, attempts: 1, claims: 2 });
    });

    it("is untouched by who does not serve it, and given to anybody only if that is asked for", async () => {
      await make("a");
      kit.advance(10);
      expect(await claim({ serves: nobody })).toEqual([]);
      expect(await kit.store.countWork(kind, nobody)).toMatchObject({ parked: 1, due: 0, running: 0 });
      expect(await kit.store.countWork(kind, everything.serves)).toMatchObject({
        parked: 0,
        due: 1,
        oldestDueMs: 10,
      });
      expect(await kit.store.nextDueIn(kind, { ...everything, serves: nobody })).toBeUndefined();
      expect(await claim({ serves: nobody, unservedAfterMs: 11 })).toEqual([]);
      const ended = await claim({ serves: nobody, unservedAfterMs: 10 });
      expect(names(ended)).toEqual(["a"]);
      expect(ended).toMatchObject([{ attempts: 0, claims: 1 }]);
      expect(await kit.store.countWork(kind, everything.serves)).toMatchObject({ due: 0, running: 1 });
    });

    it("is never due, nor anybody's, for longer than its longest pause, whatever a clock did", async () => {
      await make("a");
      await kit.store.putOff(kind, await only(), { afterMs: hourMs });
      await make("z", 1);
      expect(names(await claim())).toEqual(["z"]);
      kit.advance(-24 * hourMs);
      // One that is due before it; of operations that would have its turn before it, too.
      if (!isInOrder) await make("b");
      const wish = { longestPauseMs: hourMs, perLane: 2 };
      const given: string[] = [];
      for (let claims = 0; claims < 4; claims += 1)
        for (const each of await claim(wish)) {
          given.push(...names([each]));
          await kit.store.putOff(kind, each, { afterMs: 60_000 });
        }
      expect(given.toSorted()).toEqual(isInOrder ? ["a", "z"] : ["a", "b", "z"]);
    });

    it("is run by the same rules as all work", async () => {
      await make("bad");
      await make("waits", 1);
      for (let claims = 0; claims < 16; claims += 1) await claim({ leaseMs: 0, passOver: [lanes[0]] });
      const killing = startRunner(kit, kind, async () => ({ kind: "wait", afterMs: 0 }), {
        serves: () => ({ by: "name", names: [lanes[1]] }),
        end: async () => ({ kind: "wait", afterMs: 0 }),
      });
      await killing.until(() => killing.wrote.length > 0);
      await killing.loop.stop();
      expect(killing.ran).toEqual([]);
      expect(await killing.loop.state()).toMatchObject({
        lastError: expect.stringContaining("again and again"),
      });

      const stage = startRunner(kit, kind, async (item, { attempts }) => {
        if (nameOf(item) === "waits") {
          expect(attempts).toBe(0);
          return { kind: "wait", afterMs: 500 };
        }
        throw new ChatopsError("chat-later", "429", { retryAfterMs: 48 * hourMs });
      });
      await stage.until(() => stage.wrote.length === 2);
      for (let waits = 0; waits < 3; waits += 1) {
        await stage.pass(500);
        await stage.until(() => stage.wrote.length === 3 + waits);
      }
      expect(await stage.loop.state()).toMatchObject({ failing: 1, failures: 1, lastError: "429" });
      kit.advance(hourMs - 1_501);
      expect(names(await claim({ leaseMs: 0 }))).toEqual(["waits"]);
      kit.advance(1);
      expect(names(await claim({ leaseMs: 0, passOver: [lanes[1]] }))).toEqual(["bad"]);
      await stage.loop.stop();
    });
  });
}
