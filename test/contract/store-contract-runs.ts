import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { ClaimedWork } from "../../src/nouns/due-work.ts";
import type { Journal, Operation } from "../../src/nouns/operation.ts";
import { claimOperation, everything } from "./claim-work.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import {
  accept,
  acceptAll,
  audit,
  byWish,
  operation,
  request,
  result,
  root,
  sibling,
  wish,
} from "./store-samples.ts";

/** ⑦ operate: what a run leaves behind, and what ends without one. */
export function runContract(place: StorePlace): void {
  describe("runs", () => {
    const kit = useStore(place);

    async function ask(id: string, changes: Partial<Operation> = {}): Promise<void> {
      const asked = request({ id, order: { ...wish, target: `target of ${id}` } });
      await kit.store.recordRequest(asked);
      await kit.store.decideRequest(
        id,
        byWish((of) => ({ ...accept(of), operation: operation(of, { id, ...changes }) })),
      );
    }
    async function claim(leaseMs = 60_000): Promise<ClaimedWork<"operate">> {
      const claimed = await claimOperation(kit.store, leaseMs);
      if (claimed === undefined) throw new Error("nothing was claimed");
      return claimed;
    }
    const awaiting = (expiresAt: number) => ({
      state: "awaiting-approval" as const,
      approvals: { count: 1, from: ["x"], expiresAt },
    });
    const journal: Journal = {
      steps: [
        { name: "read", begunAt: 1, doneAt: 2 },
        { name: "patch", begunAt: 3 },
      ],
      notes: { generation: "7" },
    };

    it("keeps everything that an operation is asked with", async () => {
      const full: Partial<Operation> = {
        lane: "retag/shop",
        suggestedBy: request().who,
        plan: { targetRevision: "abc", digestBefore: digest("b"), digestAfter: key.digest },
        approvals: { count: 1, from: ["x"], expiresAt: 9 },
        breakGlassUntil: 7,
        rollbackOf: "other",
        digestBefore: digest("b"),
      };
      await ask("1", full);
      const asked = request({ id: "1", order: { ...wish, target: "target of 1" } });
      expect(await kit.store.findOperation("1")).toEqual(operation(asked, { id: "1", ...full }));
    });

    it("keeps the journal for whoever goes on, after a postponement, a lost lease and a restart", async () => {
      await ask("1");
      const one = await claim();
      expect(await kit.store.writeJournal("1", one.lease, journal)).toBe(true);
      await kit.store.putOff("operate", one, { afterMs: 0, error: "503" });
      const two = await claim(0);
      expect(two.item).toMatchObject({ journal, state: "running", outcome: "503" });
      expect(await kit.store.writeJournal("1", two.lease, { steps: [], notes: {} })).toBe(false);
      expect(await kit.store.writeJournal("1", one.lease, { steps: [], notes: {} })).toBe(false);
      await kit.reopen();
      expect((await claim()).item.journal).toEqual(journal);
    });

    it("shows how far it is, for whoever has the lease alone", async () => {
      await kit.store.wantMessages([root()]);
      await ask("1");
      const one = await claim();
      const before = (await kit.store.messagesOf(subjectOf(key)))[0]?.wantedVersion ?? 0;
      const touchAt = kit.now();
      const link = "https://runs.example/1";
      expect(await kit.store.noteProgress("1", one.lease, { words: "1 of 3", link, touchAt })).toBe(true);
      expect(await kit.store.noteProgress("1", one.lease, { words: "2 of 3", touchAt })).toBe(true);
      expect(await kit.store.findOperation("1")).toMatchObject({ progress: "2 of 3", link });
      expect((await kit.store.messagesOf(subjectOf(key)))[0]?.wantedVersion).toBe(before + 2);
      expect(await kit.store.noteProgress("1", "other", { words: "3 of 3", touchAt })).toBe(false);
      expect(await kit.store.findOperation("1")).toMatchObject({ progress: "2 of 3" });
    });

    it("wakes the card of what a roll back takes away, too", async () => {
      const before = sibling(digest("b"));
      await kit.store.wantMessages([root({ subject: subjectOf(before) })]);
      await ask("1", { kind: "rollback", digestBefore: before.digest });
      const one = await claim();
      await kit.store.finishOperation("1", one.lease, result());
      // Asked, begun, ended.
      expect((await kit.store.messagesOf(subjectOf(before)))[0]?.wantedVersion).toBe(4);
    });

    it("keeps whether one that failed changed something", async () => {
      await ask("1");
      const one = await claim();
      await kit.store.finishOperation("1", one.lease, result({ state: "failed", changed: "unknown" }));
      expect(await kit.store.findOperation("1")).toMatchObject({ state: "failed", changed: "unknown" });
    });

    it("ends what awaits approval past its time, with audit and replies", async () => {
      await kit.store.wantMessages([root(), root({ slot: "operation:old" })]);
      await ask("late", awaiting(kit.now() + 2_000));
      await ask("later", awaiting(kit.now() + 1_000));
      await ask("in time", awaiting(kit.now() + 5_000));
      await ask("queued");
      kit.advance(2_000);
      const expired = await kit.store.claimDue("expire", everything);
      expect(expired.map(({ key }) => key)).toEqual(["later", "late"]);
      for (const { key: id, lease } of expired) {
        const reply = root({ slot: `operation:${id}` });
        const end = result({ state: "expired", outcome: "nobody came", messages: [reply] });
        expect(await kit.store.finishOperation(id, lease, end)).toBe(true);
      }
      expect(await kit.store.claimDue("expire", everything)).toEqual([]);
      expect(await kit.store.findOperation("late")).toMatchObject({
        state: "expired",
        outcome: "nobody came",
        finishedAt: 9_000,
      });
      expect((await kit.store.listAwaiting(10)).map((each) => each.id)).toEqual(["in time"]);
      expect(await kit.store.listAudit(10)).toHaveLength(6);
      const slots = (await kit.store.messagesOf(subjectOf(key))).map((each) => each.slot);
      expect(slots).toContain("operation:late");
      expect((await claim()).item.id).toBe("queued");
    });

    it("lets a vote count that comes while somebody ends it for its time", async () => {
      await ask("late", awaiting(kit.now() + 1_000));
      kit.advance(1_000);
      const [expired] = await kit.store.claimDue("expire", everything);
      if (expired === undefined) throw new Error("nothing has expired");
      const vote = request({ id: "vote", order: { kind: "approve", operationId: "late" } });
      await kit.store.recordRequest(vote);
      await kit.store.decideRequest("vote", {
        ...acceptAll,
        onOperation: () => ({
          audit: audit(),
          outcome: "accepted",
          answer: "",
          consequence: {
            kind: "vote",
            operationId: "late",
            vote: { who: vote.who, vote: "approve", at: kit.now() },
            makes: "queued",
          },
        }),
      });
      expect(await kit.store.finishOperation("late", expired.lease, result({ state: "expired" }))).toBe(
        false,
      );
      expect((await claim()).item).toMatchObject({ id: "late", state: "running" });
    });
  });
}
