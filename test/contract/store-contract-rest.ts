import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import { countUndecided } from "./claim-work.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import { acceptAll, anna, artifact, change, request, sighting } from "./store-samples.ts";

/** People, keys, housekeeping, restart. */
export function restContract(place: StorePlace): void {
  describe("people, keys and housekeeping", () => {
    const kit = useStore(place);

    it("keeps people as they were last read", async () => {
      expect(await kit.store.findPrincipal(anna)).toBeUndefined();
      await kit.store.savePrincipal({ ...anna, membership: "guest", readAt: 1 });
      await kit.store.savePrincipal({ ...anna, membership: "member", readAt: 2 });
      expect(await kit.store.findPrincipal(anna)).toEqual({ ...anna, membership: "member", readAt: 2 });
      expect(await kit.store.findPrincipal({ ...anna, tenant: "T2" })).toBeUndefined();
    });

    it("keeps groups as they were last read", async () => {
      const group = { platform: "slack", tenant: "T1", groupId: "S1", members: ["U1"], readAt: 1 } as const;
      await kit.store.saveGroup(group);
      await kit.store.saveGroup({ ...group, groupId: "S0" });
      await kit.store.saveGroup({ ...group, members: [], readAt: 2 });
      expect(await kit.store.listGroups()).toEqual([
        { ...group, groupId: "S0" },
        { ...group, members: [], readAt: 2 },
      ]);
    });

    it("keeps signing keys by issuer", async () => {
      const keys = { issuer: "https://login.example/keys", jwks: '{"keys":[]}', readAt: 1 };
      await kit.store.saveKeySet(keys);
      await kit.store.saveKeySet({ ...keys, readAt: 2 });
      expect(await kit.store.findKeySet(keys.issuer)).toEqual({ ...keys, readAt: 2 });
      expect(await kit.store.findKeySet("other")).toBeUndefined();
    });

    it("knows each message that was taken, until it is pruned", async () => {
      const id = "slack:C1:1795966900.000100";
      expect(await kit.store.wasHeard(id)).toBe(false);
      await kit.store.noteHeard(id, 5);
      await kit.store.noteHeard(id, 6);
      await kit.store.noteHeard("slack:C1:later", 90);
      expect(await kit.store.wasHeard(id)).toBe(true);
      await kit.store.prune(50, 100);
      expect(await kit.store.wasHeard(id)).toBe(false);
      expect(await kit.store.wasHeard("slack:C1:later")).toBe(true);
    });

    it("prunes what is old and done with, and nothing else", async () => {
      const before = kit.now();
      const old = { occurredAt: before - 10 };
      await kit.store.recordEvents([sighting({ ...old, id: "folded" })]);
      await kit.store.foldBatch(10, () => undefined);
      await kit.store.recordEvents([
        sighting({ ...old, id: "waits" }),
        sighting({ occurredAt: before + 10, id: "new" }),
        sighting({ occurredAt: before - 5, id: "elsewhere", registry: "fabrikam" }),
      ]);
      await kit.store.recordRequest(request({ id: "decided", at: before - 1 }));
      await kit.store.recordRequest(request({ id: "undecided", at: before - 1 }));
      await kit.store.decideRequest("decided", acceptAll);
      await kit.store.changeArtifact(key, undefined, () =>
        change({ happenings: [{ at: before - 1, step: "route", what: "old" }] }),
      );
      await kit.store.changeArtifact(key, undefined, () =>
        change({ happenings: [{ at: before, step: "route", what: "new" }] }),
      );
      await saveButton("old button");
      expect(await kit.store.prune(before, 100)).toBe(3);
      expect(await kit.store.prune(before, 100)).toBe(0);
      expect((await kit.store.happeningsOf(key, 10)).map((line) => line.what)).toEqual(["new"]);
      expect(await countUndecided(kit.store)).toBe(1);
      expect(await kit.store.recordEvents([sighting({ ...old, id: "waits" })])).toEqual(["duplicate"]);
      expect(await kit.store.findButton("old button")).toBeDefined();
      kit.advance(1);
      expect(await kit.store.prune(kit.now(), 100)).toBe(2);
      expect(await kit.store.findButton("old button")).toBeUndefined();
      expect(await kit.store.listOperations(10)).toHaveLength(1);
    });

    it("forgets what it could ask of no registry for so long, and nothing else that waits", async () => {
      const other = { ...key, digest: digest("b") };
      await kit.store.changeArtifact(key, undefined, () => change({ due: { verify: kit.now() - 10 } }));
      await kit.store.changeArtifact(other, undefined, () =>
        change({ artifact: artifact(other), due: { verify: kit.now() + 10 } }),
      );
      expect(await kit.store.prune(kit.now(), 100)).toBe(1);
      expect(await kit.store.countWork("verify", { by: "everything" })).toMatchObject({ parked: 0, due: 0 });
      kit.advance(20);
      expect(await kit.store.countWork("verify", { by: "everything" })).toMatchObject({ due: 1 });
    });

    it("prunes no more at once than it was told", async () => {
      for (let at = 0; at < 10; at += 1) {
        await kit.store.changeArtifact(key, undefined, () =>
          change({ happenings: [{ at, step: "route", what: "old" }] }),
        );
        await kit.store.recordEvents([sighting({ occurredAt: at, id: "x" })]);
      }
      await kit.store.foldBatch(100, () => undefined);
      expect(await kit.store.prune(kit.now(), 7)).toBe(7);
      expect(await kit.store.prune(kit.now(), 7)).toBe(7);
      expect(await kit.store.prune(kit.now(), 7)).toBe(6);
    });

    it("lets a button live on when its card is rendered again", async () => {
      await saveButton("r");
      kit.advance(1_000);
      await saveButton("r");
      await kit.store.prune(kit.now(), 10);
      expect(await kit.store.findButton("r")).toBeDefined();
    });

    it("says that it can write", async () => {
      await kit.store.checkWritable();
      await kit.store.checkWritable();
    });

    it("refuses every verb once it is closed, and closes once", async () => {
      await Promise.all([kit.store.close(), kit.store.close()]);
      await kit.store.close();
      const refusals = [kit.store.checkWritable(), kit.store.findArtifact(key), kit.store.touch("a/b@c", 1)];
      for (const refused of refusals)
        await expect(refused).rejects.toMatchObject({ code: "store-unwritable" });
    });

    async function saveButton(reference: string): Promise<void> {
      const { digest } = key;
      const subject = subjectOf(key);
      await kit.store.saveButtons([
        { reference, channel: "slack:C1", subject, incarnation: 1, verb: "details", digest },
      ]);
    }
  });
}
