import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { ClaimedWork } from "../../src/nouns/due-work.ts";
import type { Request } from "../../src/nouns/request.ts";
import type { Store } from "../../src/store/store.ts";
import { claimOperation, everything } from "./claim-work.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import { acceptAll, audit, request, result, root, sibling, wish } from "./store-samples.ts";

/** ⑦ operate. */
export function operationContract(place: StorePlace): void {
  describe("operations", () => {
    const kit = useStore(place);
    const leaseMs = 60_000;
    const staging = { target: "staging", registry: key.registry, repository: key.repository };

    async function ask(...asked: readonly Request[]): Promise<void> {
      for (const each of asked) {
        await kit.store.recordRequest(each);
        await kit.store.decideRequest(each.id, acceptAll);
      }
    }
    async function claim(lease = leaseMs, store: Store = kit.store): Promise<ClaimedWork<"operate">> {
      const claimed = await claimOperation(store, lease);
      if (claimed === undefined) throw new Error("nothing was claimed");
      return claimed;
    }
    const none = async () => expect(await claimOperation(kit.store, 1)).toBeUndefined();
    const other = (id: string, at = 2_000) =>
      request({ id, at, order: { ...wish, target: `target of ${id}` } });

    it("claims the oldest, and notes that it runs", async () => {
      await kit.store.wantMessages([root()]);
      await ask(other("2", 2_000), request({ at: 1_000 }));
      const { item: operation } = await claim();
      expect(operation).toMatchObject({ requestId: "request-1", state: "running", attempts: 0 });
      expect(operation.startedAt).toBe(kit.now());
      expect(await kit.store.findOperation(operation.id)).toEqual(operation);
      // Asked twice and claimed once: each shows on the card.
      expect((await kit.store.messagesOf(subjectOf(key)))[0]?.wantedVersion).toBe(4);
      expect((await claim()).item.requestId).toBe("2");
      await none();
    });

    it("runs one at a time on a placement, in the order asked, and others beside it", async () => {
      await ask(request({ id: "1", at: 1 }), request({ id: "2", at: 2 }), other("elsewhere", 3));
      const one = await claim();
      expect((await claim()).item.requestId).toBe("elsewhere");
      await none();
      await kit.store.putOff("operate", one, { afterMs: 5_000, error: "503" });
      // Put off, it holds its place: an older deploy never comes in after a newer one.
      await none();
      expect(await kit.store.findOperation(one.item.id)).toMatchObject({
        state: "queued",
        outcome: "503",
      });
      kit.advance(5_000);
      const again = await claim();
      expect(again.item).toMatchObject({ requestId: "1", attempts: 1 });
      await kit.store.finishOperation(again.item.id, again.lease, result());
      expect((await claim()).item.requestId).toBe("2");
    });

    it("runs reviews of one artifact one after the other", async () => {
      const review = (id: string, at: number, kind: "release" | "reject") =>
        request({ id, at, order: { kind, ...key } });
      await ask(review("1", 1, "reject"), review("2", 2, "release"), request({ id: "deploy", at: 3 }));
      expect((await claim()).item.requestId).toBe("1");
      expect((await claim()).item.requestId).toBe("deploy");
      await none();
    });

    it("gives an operation to one of many that claim at the same time", async () => {
      const replica = await kit.replica();
      await ask(request({ id: "1", at: 1 }), request({ id: "2", at: 2 }), other("3"));
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, at) => claimOperation(at % 2 === 0 ? kit.store : replica, leaseMs)),
      );
      const ids = claims.flatMap((each) => (each === undefined ? [] : [each.item.requestId]));
      expect(ids.sort()).toEqual(["1", "3"]);
    });

    it("gives it again when its runner died, who can write nothing any more", async () => {
      await ask(request());
      const dead = await claim(0);
      const living = await claim();
      expect(living.item).toMatchObject({ id: dead.item.id, state: "running" });
      const { id } = dead.item;
      expect(await kit.store.readStop(id, dead.lease)).toMatchObject({ isOwn: false });
      expect(await kit.store.noteDigestBefore(id, dead.lease, digest("f"))).toBe(false);
      expect(await kit.store.putOff("operate", dead, { afterMs: 1, error: "why" })).toBe(false);
      expect(await kit.store.finishOperation(id, dead.lease, result())).toBe(false);
      expect(await kit.store.findOperation(id)).toEqual(living.item);
      expect(await kit.store.listAudit(10)).toHaveLength(1);
      expect(await kit.store.finishOperation(id, living.lease, result())).toBe(true);
      expect(await kit.store.finishOperation(id, living.lease, result())).toBe(false);
    });

    it("lets nobody go on with a lease that is over", async () => {
      await ask(request());
      const late = await claim(0);
      const { id } = late.item;
      expect(await kit.store.readStop(id, late.lease)).toMatchObject({ isOwn: false });
      expect(await kit.store.noteDigestBefore(id, late.lease, digest("f"))).toBe(false);
      // The effect has happened: its end may be written while nobody else has it.
      expect(await kit.store.finishOperation(id, late.lease, result())).toBe(true);
    });

    it("keeps a renewed lease", async () => {
      await ask(request());
      const one = await claim();
      kit.advance(leaseMs - 1);
      expect(await kit.store.renewLease("operate", one, 120_000)).toBe(true);
      kit.advance(leaseMs + 1);
      await none();
    });

    it("keeps the digest that was there before", async () => {
      await ask(request());
      const one = await claim();
      expect(await kit.store.noteDigestBefore(one.item.id, one.lease, digest("f"))).toBe(true);
      expect(await kit.store.findOperation(one.item.id)).toMatchObject({ digestBefore: digest("f") });
    });

    it("writes the end, the audit, the placement and the replies together, and wakes both cards", async () => {
      const before = sibling(digest("b"));
      await kit.store.recordPlacement(staging, { digest: before.digest, at: 1, how: "observed" });
      await kit.store.wantMessages([root(), root({ subject: subjectOf(before) })]);
      await ask(request());
      const one = await claim();
      const deployed = {
        digest: key.digest,
        at: 9_000,
        how: "deploy",
        operationId: one.item.id,
      } as const;
      const reply = root({ slot: `operation:${one.item.id}` });
      await kit.store.finishOperation(
        one.item.id,
        one.lease,
        result({ placementChange: deployed, messages: [reply] }),
      );
      expect(await kit.store.findOperation(one.item.id)).toMatchObject({
        state: "succeeded",
        outcome: "staging runs it",
        finishedAt: 9_000,
      });
      expect((await kit.store.findPlacement(staging))?.history.at(-1)).toEqual(deployed);
      expect((await kit.store.listAudit(10)).map((each) => each.id)).toEqual([
        "audit of the end",
        "audit of request-1",
      ]);
      const slots = (await kit.store.messagesOf(subjectOf(key))).map((message) => message.slot);
      expect(slots).toContain(reply.slot);
      expect((await kit.store.messagesOf(subjectOf(before)))[0]?.wantedVersion).toBe(2);
      await none();
      expect(await kit.store.nextDueIn("operate", everything)).toBeUndefined();
    });

    it("says when the next may run, and not of those that wait for another", async () => {
      const nextIn = () => kit.store.nextDueIn("operate", everything);
      expect(await nextIn()).toBeUndefined();
      await ask(request({ id: "1", at: 1 }), request({ id: "2", at: 2 }));
      expect(await nextIn()).toBe(0);
      const one = await claim();
      expect(await nextIn()).toBeUndefined();
      await kit.store.putOff("operate", one, { afterMs: 7_777, error: "503" });
      expect(await nextIn()).toBe(7_777);
    });

    it("lists operations newest first", async () => {
      await ask(request({ id: "1", at: 1 }), other("2", 2));
      await ask(request({ id: "3", at: 3, order: { ...wish, digest: digest("c") } }));
      const ids = (operations: readonly { readonly requestId: string }[]) =>
        operations.map((each) => each.requestId);
      expect(ids(await kit.store.listOperations(10))).toEqual(["3", "2", "1"]);
      expect(ids(await kit.store.listOperations(1))).toEqual(["3"]);
      expect(ids(await kit.store.operationsOfRepository(key.registry, key.repository, 10))).toEqual([
        "3",
        "2",
        "1",
      ]);
      expect(await kit.store.findOperation("nobody")).toBeUndefined();
    });

    it("keeps what a placement runs in the order of time", async () => {
      const observe = (letter: string, at: number) =>
        kit.store.recordPlacement(staging, { digest: digest(letter), at, how: "observed" });
      await observe("a", 10);
      await observe("a", 20);
      await observe("c", 40);
      // A delayed event is no news of today.
      await observe("b", 30);
      const found = await kit.store.findPlacement(staging);
      expect(found?.history.map((each) => each.digest)).toEqual([digest("a"), digest("b"), digest("c")]);
      await kit.store.recordPlacement(
        { ...staging, target: "production" },
        { digest: "d", at: 1, how: "observed" },
      );
      const placements = await kit.store.placementsOf(key.registry, key.repository);
      expect(placements.map((each) => each.target)).toEqual(["production", "staging"]);
      expect(await kit.store.findPlacement({ ...staging, target: "x" })).toBeUndefined();
    });

    it("bounds the history of a placement", async () => {
      for (let at = 0; at < 105; at += 1) {
        await kit.store.recordPlacement(staging, { digest: `sha256:${at}`, at, how: "observed" });
      }
      const found = await kit.store.findPlacement(staging);
      expect(found?.history).toHaveLength(100);
      expect(found?.history.at(-1)?.digest).toBe("sha256:104");
    });

    it("appends to the audit and lists it newest first", async () => {
      for (const id of ["1", "2", "3"]) await kit.store.appendAudit(audit({ id }));
      expect((await kit.store.listAudit(2)).map((each) => each.id)).toEqual(["3", "2"]);
    });
  });
}
