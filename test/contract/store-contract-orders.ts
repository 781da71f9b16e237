import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { Operation, Vote } from "../../src/nouns/operation.ts";
import type { Principal } from "../../src/nouns/principal.ts";
import type { Verdicts } from "../../src/nouns/verdict.ts";
import { claimOperation, countUndecided, everything } from "./claim-work.ts";
import { ben, useOrders, verdict } from "./place-orders.ts";
import { key, type StorePlace, useStore } from "./store-kit.ts";
import { accept, acceptAll, audit, byWish, operation, refuse, request, root } from "./store-samples.ts";

const dora: Principal = { platform: "slack", tenant: "T1", userId: "U2", name: "Dora" };

/** ⑥ decide: votes and cancels. */
export function orderContract(place: StorePlace): void {
  describe("orders", () => {
    const kit = useStore(place);
    const order = useOrders(kit);
    let asks = 0;

    /** One operation that awaits approval by two. */
    async function awaiting(changes: Partial<Operation> = {}): Promise<string> {
      asks += 1;
      const asked = request({ id: `request ${asks}` });
      await kit.store.recordRequest(asked);
      const made = operation(asked, {
        state: "awaiting-approval",
        approvals: { count: 2, from: ["approvers"], expiresAt: 100_000 },
        ...changes,
      });
      await kit.store.decideRequest(
        asked.id,
        byWish((of) => ({ ...accept(of), operation: made })),
      );
      return made.id;
    }
    /** Two approvals queue it, one decline ends it. */
    const counting: Partial<Verdicts> = {
      onOperation: (of, { operation: found }) => {
        const { order: what, who, at } = of;
        if (found?.state !== "awaiting-approval" || !("operationId" in what)) return refuse(of);
        const vote: Vote = { who, vote: what.kind === "decline" ? "decline" : "approve", at };
        const enough = found.votes.length === 1;
        return verdict(of, {
          kind: "vote",
          operationId: found.id,
          vote,
          ...(vote.vote === "decline"
            ? { makes: "cancelled", outcome: "declined" }
            : enough
              ? { makes: "queued" }
              : {}),
        });
      },
    };
    const stopping: Partial<Verdicts> = {
      onOperation: (of, { operation: found }) =>
        found === undefined
          ? refuse(of)
          : verdict(of, { kind: "cancel", operationId: found.id, by: of.who, outcome: "cancelled by Ben" }),
    };
    const version = async () => (await kit.store.messagesOf(subjectOf(key)))[0]?.wantedVersion;

    it("queues what awaits approval once enough have voted, each vote on the card and in the audit", async () => {
      await kit.store.wantMessages([root()]);
      const id = await awaiting();
      expect(await claimOperation(kit.store, 1)).toBeUndefined();
      expect((await kit.store.listAwaiting(10)).map((each) => each.id)).toEqual([id]);
      expect((await kit.store.listOpen(10)).map((each) => each.id)).toEqual([id]);
      expect((await kit.store.operationsOfTarget("staging", 5)).map((each) => each.id)).toEqual([id]);
      expect(await kit.store.operationsOfTarget("another target", 5)).toEqual([]);
      const before = (await version()) ?? 0;
      const first = await order({ kind: "approve", operationId: id }, counting);
      expect(first).toMatchObject({ first: true, verdict: { outcome: "accepted" } });
      expect(await kit.store.findOperation(id)).toMatchObject({
        state: "awaiting-approval",
        votes: [{ who: ben, vote: "approve", at: 5_000 }],
      });
      expect(await version()).toBe(before + 1);
      await order({ kind: "approve", operationId: id }, counting, dora);
      expect(await kit.store.findOperation(id)).toMatchObject({
        state: "queued",
        votes: [{ who: ben }, { who: dora }],
      });
      expect(await version()).toBe(before + 2);
      expect((await kit.store.listAudit(10)).map((each) => each.id)).toHaveLength(3);
      expect(await kit.store.listAwaiting(10)).toEqual([]);
      expect((await kit.store.listOpen(10)).map((each) => each.id)).toEqual([id]);
      expect((await claimOperation(kit.store, 1))?.item.id).toBe(id);
    });

    it("ends it with one decline", async () => {
      const id = await awaiting();
      await order({ kind: "decline", operationId: id }, counting);
      expect(await kit.store.findOperation(id)).toMatchObject({
        state: "cancelled",
        outcome: "declined",
        finishedAt: 5_000,
        votes: [{ who: ben, vote: "decline" }],
      });
      for (const kind of ["operate", "expire"] as const)
        expect(await kit.store.nextDueIn(kind, everything)).toBeUndefined();
      const late = await order({ kind: "approve", operationId: id }, counting, dora);
      expect(late.verdict.outcome).toBe("refused");
    });

    it("lets one of two votes at the same time see the other", async () => {
      const replica = await kit.replica();
      const id = await awaiting();
      await Promise.all([
        order({ kind: "approve", operationId: id }, counting, ben),
        order({ kind: "approve", operationId: id }, counting, dora, replica),
      ]);
      const found = await kit.store.findOperation(id);
      expect(found?.state).toBe("queued");
      expect(found?.votes.map((vote) => vote.who.name).sort()).toEqual(["Ben", "Dora"]);
    });

    it("gives a repeated order the same verdict and counts it once", async () => {
      const id = await awaiting();
      const asked = request({ id: "vote", who: ben, order: { kind: "approve", operationId: id } });
      await kit.store.recordRequest(asked);
      const verdicts = { ...acceptAll, ...counting };
      const once = await kit.store.decideRequest("vote", verdicts);
      expect(await kit.store.decideRequest("vote", verdicts)).toEqual({ ...once, first: false });
      expect((await kit.store.findOperation(id))?.votes).toHaveLength(1);
    });

    it("tells who decides of an operation that is not there, and lists the order until it is decided", async () => {
      const asked = request({ id: "vote", order: { kind: "cancel", operationId: "none" } });
      await kit.store.recordRequest(asked);
      expect(await countUndecided(kit.store)).toBe(1);
      const seen: unknown[] = [];
      await kit.store.decideRequest("vote", {
        ...acceptAll,
        onOperation: (of, facts) => {
          seen.push(facts.operation);
          return refuse(of);
        },
      });
      expect(seen).toEqual([undefined]);
    });

    it("writes nothing of a vote on what does not await approval", async () => {
      const id = await awaiting({ state: "queued" });
      const vote: Vote = { who: ben, vote: "approve", at: 1 };
      const wrong = order(
        { kind: "approve", operationId: id },
        { onOperation: (of) => verdict(of, { kind: "vote", operationId: id, vote }) },
      );
      await expect(wrong).rejects.toThrow("does not await approval");
      expect((await kit.store.findOperation(id))?.votes).toEqual([]);
      expect(await kit.store.listAudit(10)).toHaveLength(1);
    });

    it("cancels at once what has not run", async () => {
      for (const state of ["queued", "awaiting-approval"] as const) {
        const id = await awaiting({ id: state, state });
        await order({ kind: "cancel", operationId: id }, stopping);
        expect(await kit.store.findOperation(id)).toMatchObject({
          state: "cancelled",
          outcome: "cancelled by Ben",
          cancelledBy: ben,
          finishedAt: 5_000,
        });
      }
      expect(await claimOperation(kit.store, 1)).toBeUndefined();
    });

    it("tells the runner of one that runs, who ends it", async () => {
      const id = await awaiting({ state: "queued" });
      const claimed = await claimOperation(kit.store, 60_000);
      if (claimed === undefined) throw new Error("nothing was claimed");
      const stop = () => kit.store.readStop(id, claimed.lease);
      expect(await stop()).toEqual({ isOwn: true, isStopWanted: false });
      await order({ kind: "cancel", operationId: id }, stopping);
      expect(await kit.store.findOperation(id)).toMatchObject({ state: "cancelling", cancelledBy: ben });
      expect(await stop()).toEqual({ isOwn: true, isStopWanted: true });
      const end = { state: "cancelled", outcome: "stopped", changed: "yes", at: 6_000 } as const;
      await kit.store.finishOperation(id, claimed.lease, { ...end, audit: audit(), messages: [] });
      const { at, ...shown } = end;
      expect(await kit.store.findOperation(id)).toMatchObject({ ...shown, finishedAt: at, cancelledBy: ben });
    });

    it("has one that waits for its next try stopped by a runner, for it may have changed something", async () => {
      const id = await awaiting({ state: "queued" });
      const one = await claimOperation(kit.store, 60_000);
      if (one === undefined) throw new Error("nothing was claimed");
      const journal = { steps: [{ name: "patch", begunAt: 1 }], notes: {} };
      await kit.store.writeJournal(id, one.lease, journal);
      await kit.store.putOff("operate", one, { afterMs: 60_000, error: "503" });
      await order({ kind: "cancel", operationId: id }, stopping);
      const again = await claimOperation(kit.store, 60_000);
      expect(again?.item).toMatchObject({ id, state: "cancelling", journal });
    });
  });
}
