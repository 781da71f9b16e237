import { describe, expect, it } from "vitest";
import { ChatopsError } from "../../src/errors.ts";
import type { WorkStore } from "../../src/nouns/due-work.ts";
import type { Outcome } from "../../src/work/kind-of-work.ts";
import type { Turn } from "../../src/work/turn.ts";
import { everything } from "./claim-work.ts";
import { type RunnerOptions, startRunner } from "./runner-stage.ts";
import { type StoreKit, type StorePlace, useStore } from "./store-kit.ts";

type Step = (key: string, turn: Turn) => Promise<Outcome>;

/** The runner of due work over a real store, with a made-up kind of work, on a clock that the test moves. */
export function runnerContract(place: StorePlace): void {
  describe("the runner of due work", () => {
    const kit = useStore(place);
    const again: Outcome = { kind: "again", afterMs: 3_600_000 };
    const never = () => new Promise<never>(() => {});

    it("puts off what throws, longer each time, and goes on with the rest", async () => {
      const stage = await start(kit, ["bad", "good"], async (key) => {
        if (key === "bad") throw new ChatopsError("registry-unavailable", "503", { retryable: true });
        return again;
      });
      await stage.until(() => stage.ran.length === 2 && stage.wrote.length === 2);
      expect(stage.ran.toSorted()).toEqual(["bad", "good"]);
      for (const pause of [1_000, 2_000, 4_000, 8_000]) {
        await stage.pass(pause - 1);
        await stage.idle();
        const before = stage.ran.length;
        await stage.pass(1);
        await stage.until(() => stage.ran.length === before + 1 && stage.wrote.length === before + 1);
      }
      expect(stage.ran.filter((key) => key === "good")).toHaveLength(1);
      expect(await stage.loop.state()).toMatchObject({
        failures: 5,
        lastError: "503",
        failing: 1,
        parked: 0,
      });
    });

    it("keeps Retry-After, and no more than an hour of it", async () => {
      const asked = [120_000, 48 * 3_600_000];
      const stage = await start(kit, ["a"], async () => {
        const retryAfterMs = asked[stage.ran.length - 1];
        throw new ChatopsError("registry-throttled", "429", {
          retryable: true,
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        });
      });
      await stage.until(() => stage.wrote.length === 1);
      expect(await stage.nextIn()).toBe(120_000);
      await stage.pass(120_000);
      await stage.until(() => stage.wrote.length === 2);
      expect(await stage.nextIn()).toBe(3_600_000);
    });

    it("does not take waiting for failing", async () => {
      const stage = await start(kit, ["a"], async (_key, { attempts }) => {
        expect(attempts).toBe(0);
        return { kind: "wait", afterMs: 500 };
      });
      for (let times = 1; times <= 3; times += 1) {
        await stage.until(() => stage.wrote.length === times);
        await stage.pass(500);
      }
      expect(await stage.loop.state()).toMatchObject({ failures: 0, failing: 0 });
    });

    it("lets a step that hangs delay its own item alone, and that for one deadline", async () => {
      const stage = await start(kit, ["hangs@slow", "b@quick"], async (key) =>
        key.startsWith("hangs") ? await never() : again,
      );
      await stage.until(() => stage.ran.length === 2 && stage.wrote.length === 1);
      await stage.pass(stage.deadlineMs);
      await stage.until(() => stage.wrote.length === 2);
      expect(await stage.loop.state()).toMatchObject({ failures: 1, running: 0 });
      expect((await stage.loop.state()).lastError).toContain("longer than 10 s");
    });

    it("lets lanes that hang in every place delay another by one deadline at most", async () => {
      const hanging = Array.from({ length: 6 }, (_, at) => `hangs ${at}@l${at % 3}`);
      const stage = await start(
        kit,
        [...hanging, "z@zz"],
        async (key) => (key.startsWith("hangs") ? await never() : again),
        { atOnce: 3, perLane: 1 },
      );
      await stage.until(() => stage.ran.length === 3);
      await stage.idle();
      expect(stage.ran).not.toContain("z@zz");
      await stage.pass(stage.deadlineMs);
      await stage.until(() => stage.ran.includes("z@zz"));
      expect(stage.ran.indexOf("z@zz")).toBeLessThan(6);
    });

    it("counts what pauses in its lane", async () => {
      const stage = await start(
        kit,
        ["a@one", "b@one"],
        async (_key, turn) => {
          await turn.pause(5_000);
          return again;
        },
        { perLane: 1 },
      );
      await stage.until(() => stage.ran.length === 1);
      await stage.idle();
      expect(stage.ran).toHaveLength(1);
      await stage.pass(5_000);
      await stage.until(() => stage.ran.length === 2);
    });

    it("gives the place of what pauses to others, and lets it go on afterwards", async () => {
      const stage = await start(
        kit,
        ["a@one", "b@two", "c@three"],
        async (key, turn) => {
          if (key === "a@one") await turn.pause(60_000);
          stage.noted.push(key);
          return again;
        },
        { atOnce: 1 },
      );
      await stage.until(() => stage.noted.length === 2);
      await stage.idle();
      expect(stage.noted).toEqual(["b@two", "c@three"]);
      // Longer than lease and deadline: it is still its own.
      for (let left = 60; left > 0; left -= 1) await stage.pass(1_000);
      await stage.until(() => stage.noted.length === 3);
      expect(await stage.loop.state()).toMatchObject({ failures: 0 });
    });

    it("runs no more steps at once than it may, in this process and of one lane in all", async () => {
      const replica = await kit.replica();
      let now = 0;
      let most = 0;
      const gate = Promise.withResolvers<void>();
      const step: Step = async () => {
        now += 1;
        most = Math.max(most, now);
        await gate.promise;
        now -= 1;
        return again;
      };
      const keys = ["a", "b", "c", "d", "e", "f"];
      const one = await start(kit, keys, step, { perLane: 3, atOnce: 2 });
      const two = await start(kit, keys, step, { perLane: 3, atOnce: 2, store: replica });
      await one.until(() => one.ran.length + two.ran.length === 3);
      await one.idle();
      await two.idle();
      expect([most, one.ran.length + two.ran.length]).toEqual([3, 3]);
      gate.resolve();
      await one.until(() => one.wrote.length + two.wrote.length === 6);
      expect([...one.ran, ...two.ran].toSorted()).toEqual(keys);
    });

    it("gives each lane its turn, however much waits in the others", async () => {
      const backlog = Array.from({ length: 12 }, (_, at) => [`${at}-1@l${at}`, `${at}-2@l${at}`]).flat();
      const stage = await start(kit, backlog, async () => again, { atOnce: 2 }, false);
      kit.advance(1_000);
      await kit.store.listWork("watch", [...backlog, "late@zz"].map(thing));
      stage.loop.start();
      await stage.until(() => stage.wrote.length === 25);
      // After each of the twelve had one turn, and before any had its second.
      expect(stage.ran.indexOf("late@zz")).toBeLessThan(16);
    });

    it("ends what fails for good, and what was claimed sixteen times without an outcome", async () => {
      const stage = await start(kit, ["a@one", "kills@two"], async () => again, {}, false);
      for (let claims = 0; claims < 16; claims += 1)
        await kit.store.claimDue("watch", { ...everything, leaseMs: 0, perLane: 10, limit: 2 });
      stage.loop.start();
      await stage.until(() => stage.ended.length === 2);
      expect(stage.ran).toEqual([]);
      expect(String(stage.ended[0])).toContain("again and again");
      expect(stage.logged()).toContain("due work is given up");
      await stage.loop.stop();
      const failing = await start(
        kit,
        ["final"],
        async () => {
          throw new Error("no such thing");
        },
        { isForGood: () => true },
      );
      await failing.until(() => failing.ended.length === 1);
      expect(String(failing.ended[0])).toContain("no such thing");
    });

    it("renews its lease while it runs, and stops without a word when it is lost", async () => {
      let signal: AbortSignal | undefined;
      const stage = await start(
        kit,
        ["a"],
        async (_key, turn) => {
          signal = turn.signal;
          return await never();
        },
        { deadlineMs: 3_600_000 },
      );
      await stage.until(() => signal !== undefined);
      for (let third = 0; third < 6; third += 1) await stage.pass(10_000);
      expect(await kit.store.claimDue("watch", everything)).toEqual([]);
      expect(signal?.aborted).toBe(false);
      // The process stood still for longer than its lease, and another one took the item up.
      kit.advance(30_000);
      expect(await kit.store.claimDue("watch", everything)).toHaveLength(1);
      await stage.pass(10_000);
      await stage.until(() => signal?.aborted === true);
      expect(String(signal?.reason)).toContain("somebody else has taken it up");
      expect(stage.wrote).toEqual([]);
    });

    it("gives a lease up before it ends when it cannot be renewed", async () => {
      let signal: AbortSignal | undefined;
      const broken: WorkStore = {
        ...kit.store,
        renewLease: () => Promise.reject(new Error("the disk is full")),
      };
      const stage = await start(
        kit,
        ["a"],
        async (_key, turn) => {
          signal = turn.signal;
          return await never();
        },
        { store: broken, deadlineMs: 3_600_000 },
      );
      await stage.until(() => signal !== undefined);
      const begun = kit.now();
      while (signal?.aborted !== true) await stage.pass(1_000);
      expect(kit.now() - begun).toBeLessThan(stage.leaseMs - 5_000);
    });

    it("writes what became of an item as soon as the store can write again, not when its lease is over", async () => {
      let isFull = true;
      const full: WorkStore = {
        ...kit.store,
        putOff: async (kind, claim, how) => {
          if (isFull) throw new Error("the disk is full");
          return await kit.store.putOff(kind, claim, how);
        },
      };
      const stage = await start(kit, ["a"], async () => again, { store: full });
      const begun = kit.now();
      await stage.until(() => stage.ran.length === 1);
      for (let second = 0; second < 3; second += 1) await stage.pass(1_000);
      isFull = false;
      while (stage.wrote.length === 0) await stage.pass(1_000);
      expect(kit.now() - begun).toBeLessThan(stage.deadlineMs);
      // The step did what it should: the store failed, and not the item.
      expect(await stage.loop.state()).toMatchObject({
        running: 0,
        failing: 0,
        lastError: "the disk is full",
      });
    });

    it("leaves alone what it cannot serve, counts it, and takes it up when it can", async () => {
      const names = ["here"];
      const stage = await start(kit, ["a@here", "b@gone"], async () => again, {
        serves: () => ({ by: "name", names }),
      });
      await stage.until(() => stage.wrote.length === 1);
      expect(await stage.loop.state()).toMatchObject({ parked: 1, due: 0 });
      expect(stage.ran).toEqual(["a@here"]);
      names.push("gone");
      stage.loop.reconfigured();
      await stage.until(() => stage.wrote.length === 2);
      expect(await stage.loop.state()).toMatchObject({ parked: 0 });
    });

    it("makes what the configuration lists, and forgets what it lists no more", async () => {
      let listed = ["a", "b"];
      const stage = await start(kit, [], async () => again, { list: async () => listed.map(thing) });
      await stage.until(() => stage.wrote.length === 2);
      listed = ["b", "c"];
      stage.loop.reconfigured();
      await stage.until(() => stage.wrote.length === 3);
      expect(stage.ran.toSorted()).toEqual(["a", "b", "c"]);
      // Another process may still have it in its configuration: on PostgreSQL it is forgotten when it was due for an hour.
      await stage.loop.stop();
      kit.advance(3 * 3_600_000);
      const later = await start(kit, [], async () => again, { list: async () => listed.map(thing) });
      await later.until(() => later.wrote.length === 2);
      await later.idle();
      expect(later.ran.toSorted()).toEqual(["b", "c"]);
    });

    it("wakes for work of its own kind, and for no other", async () => {
      const stage = await start(kit, [], async () => again);
      await stage.idle();
      const claims = stage.claims();
      await kit.store.listWork("people", [thing("slack/person/U1")]);
      await kit.store.recordRequest({
        id: "r",
        who: { platform: "slack", tenant: "T", userId: "U", name: "Ann" },
        order: { kind: "cancel", operationId: "x" },
        at: kit.now(),
      });
      await kit.store.listWork("watch", [thing("a")]);
      await stage.until(() => stage.ran.length === 1 && stage.wrote.length === 1);
      await stage.idle();
      // One look that found it, and those that follow what was found; none for the other two commits.
      expect(stage.claims() - claims).toBeLessThanOrEqual(4);
    });

    it("stops between two steps: what runs ends, what pauses is given back, what hangs is left to its lease", async () => {
      const gate = Promise.withResolvers<void>();
      const stage = await start(kit, ["runs@one", "pauses@two", "hangs@three"], async (key, turn) => {
        if (key.startsWith("hangs")) return await never();
        if (key.startsWith("pauses")) await turn.pause(3_600_000);
        else await gate.promise;
        return again;
      });
      await stage.until(() => stage.ran.length === 3);
      const stopped = stage.loop.stop();
      gate.resolve();
      await stage.until(() => stage.wrote.length === 2);
      await stage.pass(5_000);
      await stopped;
      expect(stage.wrote.toSorted()).toEqual(["pauses@two", "runs@one"]);
      expect((await kit.store.claimDue("watch", everything)).map(({ key }) => key)).toEqual(["pauses@two"]);
    });
  });
}

function thing(key: string): { readonly key: string; readonly lane: string } {
  return { key, lane: key.split("@")[1] ?? "one" };
}

/** A runner of things whose lane stands behind an @, which are struck off when they end. */
async function start(
  kit: StoreKit,
  keys: readonly string[],
  step: Step,
  options: RunnerOptions<"watch"> = {},
  now = true,
) {
  await kit.store.listWork("watch", keys.map(thing));
  return startRunner(kit, "watch", step, options, now);
}
