import { describe, expect, it } from "vitest";
import type { ClaimedWork } from "../../src/nouns/due-work.ts";
import type { Operation, Vote } from "../../src/nouns/operation.ts";
import { claimOperation, everything } from "./claim-work.ts";
import { key, type StorePlace, useStore } from "./store-kit.ts";
import { acceptAll, anna, audit, byWish, operation, request, result, wish } from "./store-samples.ts";

/** ⑦ operate: which operation is next. */
export function laneContract(place: StorePlace): void {
  describe("lanes", () => {
    const kit = useStore(place);
    const leaseMs = 60_000;

    async function ask(id: string, at: number, target: string, changes: Partial<Operation> = {}) {
      const asked = request({ id, at, order: { ...wish, target } });
      await kit.store.recordRequest(asked);
      await kit.store.decideRequest(
        id,
        byWish((of) => ({
          operation: operation(of, { id, lane: "retag/shop", ...changes }),
          audit: audit(),
          outcome: "accepted",
          answer: "",
        })),
      );
    }
    async function claim(): Promise<ClaimedWork<"operate"> | undefined> {
      return await claimOperation(kit.store, leaseMs);
    }
    const claimedId = async () => (await claim())?.item.id;
    async function finish(claimed: ClaimedWork<"operate"> | undefined): Promise<void> {
      if (claimed === undefined) throw new Error("nothing was claimed");
      await kit.store.finishOperation(claimed.item.id, claimed.lease, result());
    }
    async function approve(id: string, at: number): Promise<void> {
      const asked = request({ id: `vote on ${id}`, at, order: { kind: "approve", operationId: id } });
      const vote: Vote = { who: anna, vote: "approve", at };
      await kit.store.recordRequest(asked);
      await kit.store.decideRequest(asked.id, {
        ...acceptAll,
        onOperation: () => ({
          audit: audit(),
          outcome: "accepted",
          answer: "",
          consequence: { kind: "vote", operationId: id, vote, makes: "queued" },
        }),
      });
    }
    const needsApproval = {
      state: "awaiting-approval",
      approvals: { count: 1, from: ["x"], expiresAt: 4_000_000_000_000 },
    } as const;

    it("works off the operations of one lane in order, whatever their targets", async () => {
      await ask("1", 1, "staging");
      await ask("2", 2, "production");
      await ask("elsewhere", 3, "kubernetes", { lane: "other" });
      const one = await claim();
      expect(one?.item.id).toBe("1");
      expect(await claimedId()).toBe("elsewhere");
      expect(await claim()).toBeUndefined();
      await finish(one);
      expect(await claimedId()).toBe("2");
    });

    it("keeps one at a time on a placement whose lane has changed meanwhile", async () => {
      await ask("1", 1, "staging", { lane: "retag/shop" });
      await ask("2", 2, "staging", { lane: "staging" });
      const one = await claim();
      expect(one?.item.id).toBe("1");
      expect(await claim()).toBeUndefined();
      if (one === undefined) return;
      await kit.store.putOff("operate", one, { afterMs: 1_000, error: "503" });
      expect(await claim()).toBeUndefined();
      kit.advance(1_000);
      await finish(await claim());
      expect(await claimedId()).toBe("2");
    });

    it("lets nothing wait for what awaits approval, which then comes behind what was queued before", async () => {
      await ask("1", 1, "staging", needsApproval);
      await ask("2", 2, "staging");
      await ask("3", 5, "staging");
      const two = await claim();
      expect(two?.item.id).toBe("2");
      await approve("1", 4);
      expect(await claim()).toBeUndefined();
      if (two === undefined) return;
      // It has begun: what was approved since does not come in between.
      await kit.store.putOff("operate", two, { afterMs: 1_000, error: "503" });
      expect(await claim()).toBeUndefined();
      kit.advance(1_000);
      const again = await claim();
      expect(again?.item.id).toBe("2");
      await finish(again);
      const one = await claim();
      expect(one?.item.id).toBe("1");
      await finish(one);
      expect(await claimedId()).toBe("3");
    });

    it("holds the lane for what is being cancelled by a runner that died", async () => {
      await ask("1", 1, "staging");
      await ask("2", 2, "staging");
      await claimOperation(kit.store, 0);
      await cancel("1");
      const taken = await claim();
      expect(taken?.item).toMatchObject({ id: "1", state: "cancelling" });
      expect(await claim()).toBeUndefined();
      await kit.reopen();
      // Only where the store is one process's is the runner known to be dead.
      expect(await claimedId()).toBe(kit.engine === "sqlite" ? "1" : undefined);
    });

    it("runs so many of one target at a time, whatever their lanes, and others beside them", async () => {
      for (const at of [1, 2, 3])
        await ask(`slow ${at}`, at, "slow", { lane: `lane ${at}`, repository: `shop/${at}` });
      await ask("quick", 4, "quick", { lane: "lane 4" });
      const wish = { ...everything, perCrowd: 2 };
      const [one, two, quick, ...none] = await kit.store.claimDue("operate", wish);
      expect([one?.key, two?.key, quick?.key, none]).toEqual(["slow 1", "slow 2", "quick", []]);
      expect(await kit.store.claimDue("operate", wish)).toEqual([]);
      await finish(two);
      expect(await kit.store.claimDue("operate", wish)).toMatchObject([{ key: "slow 3" }]);
    });

    it("takes up what is being cancelled after it was put off, and nothing of its lane before", async () => {
      await ask("1", 1, "staging");
      await ask("2", 2, "production");
      const one = await claim();
      if (one === undefined) throw new Error("nothing was claimed");
      await cancel("1");
      await kit.store.putOff("operate", one, { afterMs: 5_000, error: "429" });
      expect(await claim()).toBeUndefined();
      expect(await kit.store.nextDueIn("operate", everything)).toBe(5_000);
      kit.advance(5_000);
      const again = await claim();
      expect(again?.item).toMatchObject({ id: "1", state: "cancelling" });
      if (again === undefined) return;
      expect(await kit.store.readStop("1", again.lease)).toEqual({ isOwn: true, isStopWanted: true });
      await kit.store.finishOperation("1", again.lease, result({ state: "cancelled" }));
      expect(await claimedId()).toBe("2");
    });

    async function cancel(id: string): Promise<void> {
      const asked = request({ id: `stop ${id}`, order: { kind: "cancel", operationId: id } });
      await kit.store.recordRequest(asked);
      await kit.store.decideRequest(asked.id, {
        ...acceptAll,
        onOperation: () => ({
          audit: audit(),
          outcome: "accepted",
          answer: "",
          consequence: { kind: "cancel", operationId: id, by: anna, outcome: "x" },
        }),
      });
    }

    it("puts what follows a failure in front of what waits in the lane", async () => {
      await ask("1", 1, "staging");
      await ask("2", 2, "staging");
      const one = await claim();
      if (one === undefined) throw new Error("nothing was claimed");
      const back = operation(request({ at: 9_000 }), { id: "back", kind: "rollback", lane: "retag/shop" });
      const follow = { operation: back, audit: audit({ id: "audit of back" }) };
      const end = result({ state: "failed", changed: "yes", follow });
      expect(await kit.store.finishOperation("1", one.lease, end)).toBe(true);
      expect(await kit.store.findOperation("back")).toEqual(back);
      expect((await kit.store.listAudit(2)).map((each) => each.id)).toEqual([
        "audit of back",
        "audit of the end",
      ]);
      const next = await claim();
      expect(next?.item.id).toBe("back");
      await finish(next);
      expect(await claimedId()).toBe("2");
    });

    it("says when what awaits approval expires", async () => {
      await ask("1", 1, "staging", {
        state: "awaiting-approval",
        approvals: { count: 1, from: ["x"], expiresAt: kit.now() + 7_000 },
      });
      expect(await kit.store.nextDueIn("expire", everything)).toBe(7_000);
      expect(await kit.store.nextDueIn("operate", everything)).toBeUndefined();
      expect(await kit.store.readDecisionFacts({ ...wish, ...key, target: "staging" })).toMatchObject({
        open: [{ id: "1", state: "awaiting-approval" }],
      });
    });
  });
}
