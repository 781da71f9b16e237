import { describe, expect, it } from "vitest";
import type { ClaimedWork, ClaimWish, ListedWork, PutOff, WorkKind } from "../../src/nouns/due-work.ts";
import type { Store } from "../../src/store/store.ts";
import { everything } from "./claim-work.ts";
import { key, type StorePlace, useStore } from "./store-kit.ts";
import { change } from "./store-samples.ts";

/** What is done later: claims, leases and outcomes, the same for every kind. Listed work stands for all of them. */
export function dueWorkContract(place: StorePlace): void {
  describe("due work", () => {
    const kit = useStore(place);

    const thing = (key: string, lane = "one"): ListedWork => ({ key, lane });
    const list = (...things: readonly ListedWork[]) => kit.store.listWork("watch", things);
    const claim = async (wish: Partial<ClaimWish> = {}, store: Store = kit.store) =>
      await store.claimDue("watch", { ...everything, ...wish });
    const keys = (claimed: readonly ClaimedWork<WorkKind>[]) => claimed.map(({ key }) => key);
    const only = async (wish: Partial<ClaimWish> = {}): Promise<ClaimedWork<"watch">> => {
      const [claimed, another] = await claim(wish);
      if (claimed === undefined || another !== undefined) throw new Error("not one was claimed");
      return claimed;
    };

    it("gives the next of each lane, the longest due first", async () => {
      await list(thing("b", "two"), thing("c", "two"));
      kit.advance(10);
      await list(thing("a"), thing("b", "two"), thing("c", "two"));
      kit.advance(10);
      const claimed = await claim();
      expect(keys(claimed)).toEqual(["b", "a"]);
      expect(claimed[0]).toMatchObject({ lane: "two", item: "b", attempts: 0, claims: 1 });
      expect(await claim()).toEqual([]);
      expect(keys(await claim({ perLane: 2 }))).toEqual(["c"]);
    });

    it("gives so many at most, and so many of one lane", async () => {
      await list(...["a", "b", "c", "d"].map((key) => thing(key)), thing("z", "two"));
      expect(keys(await claim({ limit: 1 }))).toEqual(["a"]);
      expect(keys(await claim({ perLane: 2 }))).toEqual(["b", "z"]);
      expect(await claim({ perLane: 2 })).toEqual([]);
      expect(keys(await claim({ perLane: 3 }))).toEqual(["c"]);
    });

    it("passes over lanes that had their turn", async () => {
      await list(thing("a"), thing("b"), thing("z", "two"));
      expect(keys(await claim({ limit: 1 }))).toEqual(["a"]);
      expect(keys(await claim({ limit: 1, passOver: ["one"] }))).toEqual(["z"]);
      expect(await claim({ passOver: ["one"] })).toEqual([]);
      expect(keys(await claim({ perLane: 2 }))).toEqual(["b"]);
    });

    it("leaves alone what this process does not serve, and counts it", async () => {
      await list(thing("a"), thing("z", "two"));
      const serves = { by: "name", names: ["two"] } as const;
      expect(keys(await claim({ serves }))).toEqual(["z"]);
      expect(await claim({ serves })).toEqual([]);
      expect(await kit.store.countWork("watch", serves)).toMatchObject({ due: 0, running: 1, parked: 1 });
      const nobody = { by: "name", names: [] } as const;
      expect(await claim({ serves: nobody })).toEqual([]);
      expect(await kit.store.nextDueIn("watch", { ...everything, serves: nobody })).toBeUndefined();
      const prefixes = { by: "prefix", prefixes: ["on", "thr"], names: ["four"] } as const;
      expect(await kit.store.countWork("watch", prefixes)).toMatchObject({ due: 1, parked: 1 });
      expect(keys(await claim({ serves: prefixes }))).toEqual(["a"]);
    });

    it("gives to anybody what nobody served for so long, if that is to be ended", async () => {
      await list(thing("a"));
      const serves = { by: "name", names: [] } as const;
      expect(await claim({ serves, unservedAfterMs: 1_000 })).toEqual([]);
      kit.advance(1_000);
      expect(keys(await claim({ serves, unservedAfterMs: 1_000 }))).toEqual(["a"]);
    });

    it("puts a failure off and raises its attempts; what only waits raises nothing", async () => {
      await list(thing("a"));
      const one = await only();
      expect(await kit.store.putOff("watch", one, { afterMs: 1_000, error: "503" })).toBe(true);
      expect(await claim()).toEqual([]);
      expect(await kit.store.nextDueIn("watch", everything)).toBe(1_000);
      expect(await kit.store.countWork("watch", everything.serves)).toMatchObject({ due: 0, failing: 1 });
      kit.advance(1_000);
      const two = await only();
      expect(two).toMatchObject({ attempts: 1, claims: 1 });
      await kit.store.putOff("watch", two, { afterMs: 500 });
      kit.advance(500);
      const three = await only();
      expect(three).toMatchObject({ attempts: 1, claims: 1 });
      await kit.store.putOff("watch", three, { afterMs: 0, isFresh: true });
      expect(await only()).toMatchObject({ attempts: 0, claims: 1 });
    });

    it("keeps what comes meanwhile, and lets it cut no pause after a failure short", async () => {
      const want = () =>
        kit.store.changeArtifact(key, undefined, () => change({ due: { verify: kit.now() } }));
      const next = async () => (await kit.store.claimDue("verify", everything))[0];
      const meanwhile = async (how: PutOff) => {
        const claimed = await next();
        if (claimed === undefined) throw new Error("nothing was claimed");
        kit.advance(10);
        await want();
        await kit.store.putOff("verify", claimed, how);
        return await kit.store.nextDueIn("verify", everything);
      };
      await want();
      expect(await meanwhile({ afterMs: 3_600_000, isFresh: true })).toBe(0);
      expect(await meanwhile({ afterMs: 600_000, error: "429" })).toBe(600_000);
      kit.advance(600_000);
      expect(await meanwhile({ afterMs: 600_000, error: "429" })).toBe(600_000);
      kit.advance(600_000);
      expect(await meanwhile({ afterMs: 3_600_000, isFresh: true })).toBe(0);
    });

    it("counts claims without an outcome, which is all that is left of a process that died", async () => {
      await list(thing("a"));
      for (const claims of [1, 2, 3]) expect(await only({ leaseMs: 0 })).toMatchObject({ claims });
      expect(await only({ leaseMs: 0 })).toMatchObject({ claims: 4, attempts: 0 });
    });

    it("lets nobody write with a lease that is lost", async () => {
      await list(thing("a"));
      const dead = await only({ leaseMs: 0 });
      const living = await only();
      expect(living.lease).not.toBe(dead.lease);
      expect(await kit.store.renewLease("watch", dead, 60_000)).toBe(false);
      expect(await kit.store.putOff("watch", dead, { afterMs: 0 })).toBe(false);
      expect(await kit.store.strikeOff("watch", dead)).toBe(false);
      expect(await kit.store.renewLease("watch", living, 60_000)).toBe(true);
      expect(await kit.store.strikeOff("watch", living)).toBe(true);
      expect(await claim()).toEqual([]);
    });

    it("keeps a renewed lease, and gives up one that ended", async () => {
      await list(thing("a"));
      const one = await only({ leaseMs: 1_000 });
      kit.advance(900);
      expect(await kit.store.renewLease("watch", one, 1_000)).toBe(true);
      kit.advance(900);
      expect(await claim()).toEqual([]);
      kit.advance(100);
      expect(await kit.store.renewLease("watch", one, 1_000)).toBe(false);
      expect(keys(await claim())).toEqual(["a"]);
    });

    it("takes a time further away than any pause for one that a wrong clock wrote", async () => {
      await list(thing("a"));
      const one = await only();
      await kit.store.putOff("watch", one, { afterMs: 3_600_000 });
      // The clock is set back by a day.
      kit.advance(-24 * 3_600_000);
      expect(await kit.store.nextDueIn("watch", { ...everything, longestPauseMs: 3_600_000 })).toBe(0);
      expect(keys(await claim({ longestPauseMs: 3_600_000 }))).toEqual(["a"]);
    });

    it("gives an item to one of many that claim at the same time, and no more of a lane than it may have", async () => {
      const replica = await kit.replica();
      await list(...["a", "b", "c", "d", "e", "f"].map((key) => thing(key)));
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, at) => claim({ perLane: 4 }, at % 2 === 0 ? kit.store : replica)),
      );
      expect(keys(claims.flat()).sort()).toEqual(["a", "b", "c", "d"]);
    });

    it("lists what is new, forgets what is gone, and leaves alone what stays", async () => {
      await list(thing("a"), thing("b", "two"));
      const a = await only({ passOver: ["two"] });
      await kit.store.putOff("watch", a, { afterMs: 5_000 });
      await list(thing("a"), thing("c", "three"));
      if (kit.engine === "postgres") {
        // Another process may have it in its configuration still.
        expect(keys(await claim({ limit: 1 }))).toEqual(["b"]);
        kit.advance(2 * 3_600_000);
        await list(thing("a"), thing("c", "three"));
      }
      expect(keys(await claim({ passOver: ["one"] }))).toEqual(["c"]);
    });

    it("wakes whoever waits for that kind, in every process, and nobody else", async () => {
      const woken = [kit.store, await kit.replica()].map((store) => {
        const heard = Promise.withResolvers<readonly string[]>();
        store.onWork((kinds) => heard.resolve([...kinds]));
        return heard.promise;
      });
      await list(thing("a"));
      expect(await Promise.all(woken)).toEqual([["watch"], ["watch"]]);
    });
  });
}
