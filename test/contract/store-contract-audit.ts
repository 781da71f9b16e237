import { describe, expect, it } from "vitest";
import { entryHash, hashBeforeFirst } from "../../src/nouns/audit-chain.ts";
import type { AuditEntry } from "../../src/nouns/audit-entry.ts";
import { verifyAudit } from "../../src/store/audit/verify-audit.ts";
import { claimOperation } from "./claim-work.ts";
import { key, type StorePlace, useStore } from "./store-kit.ts";
import { acceptAll, audit, byWish, refuse, request, result } from "./store-samples.ts";

/** The audit: a chain that is only ever added to. */
export function auditContract(place: StorePlace): void {
  describe("the audit", () => {
    const kit = useStore(place);
    const add = async (...ids: readonly string[]) => {
      for (const id of ids) await kit.store.appendAudit(audit({ id, at: kit.now() }));
    };
    const whole = { kind: "whole", compared: true } as const;

    it("begins with the hash of nothing", async () => {
      expect(await kit.store.auditHead()).toEqual({ number: 0, hash: hashBeforeFirst });
      expect(await kit.store.readAuditChain(1, 10)).toEqual([]);
      expect(await verifyAudit(kit.store)).toMatchObject({ ...whole, head: { number: 0 } });
    });

    it("chains each entry to the one before it, and says so in the log after the commit", async () => {
      await add("1", "2");
      const [one, two] = await kit.store.readAuditChain(1, 10);
      const text = JSON.stringify(audit({ id: "1", at: kit.now() }));
      expect(one).toEqual({
        number: 1,
        text,
        entry: audit({ id: "1", at: kit.now() }),
        hash: entryHash(hashBeforeFirst, 1, text),
      });
      expect(two?.hash).toBe(entryHash(one?.hash ?? "", 2, two?.text ?? ""));
      expect(await kit.store.auditHead()).toEqual({ number: 2, hash: two?.hash });
      const lines = kit.logged.filter((line) => line.message === "audit");
      expect(lines.map((line) => line.fields)).toEqual(
        [one, two].map((each) => ({
          number: each?.number,
          hash: each?.hash,
          entry: each?.entry,
        })),
      );
    });

    it("chains what every verb writes, refusals too", async () => {
      await kit.store.recordRequest(request({ id: "1" }));
      await kit.store.recordRequest(request({ id: "2" }));
      await kit.store.decideRequest("1", acceptAll);
      await kit.store.decideRequest("2", byWish(refuse));
      const claimed = await claimOperation(kit.store, 60_000);
      if (claimed === undefined) throw new Error("nothing was claimed");
      await kit.store.finishOperation(claimed.item.id, claimed.lease, result());
      await add("4");
      const chain = await kit.store.readAuditChain(1, 10);
      expect(chain.map((each) => [each.number, each.entry.id])).toEqual([
        [1, "audit of 1"],
        [2, "audit of 2"],
        [3, "audit of the end"],
        [4, "4"],
      ]);
      expect(await verifyAudit(kit.store)).toMatchObject({ ...whole, head: { number: 4 } });
      expect(kit.logged.filter((line) => line.message === "audit")).toHaveLength(4);
    });

    it("logs and keeps nothing of what was not committed", async () => {
      await kit.store.recordRequest(request());
      const failing = kit.store.decideRequest(
        "request-1",
        byWish((of) => ({
          ...refuse(of),
          consequence: { kind: "cancel", operationId: "none", by: of.who, outcome: "" },
        })),
      );
      await expect(failing).rejects.toThrow("is not open");
      expect(await kit.store.listAudit(10)).toEqual([]);
      expect(kit.logged).toEqual([]);
    });

    it("leaves no gap and no fork where two processes add at the same time", async () => {
      const replica = await kit.replica();
      await Promise.all(
        Array.from({ length: 200 }, (_, at) =>
          (at % 2 === 0 ? kit.store : replica).appendAudit(audit({ id: `${at}` })),
        ),
      );
      expect(await verifyAudit(kit.store)).toMatchObject({ ...whole, head: { number: 200 } });
      const ids = (await kit.store.listAudit(300)).map((each) => each.id);
      expect(new Set(ids).size).toBe(200);
    });

    it("finds entries by what they are about, newest first", async () => {
      const about = (id: string, changes: Partial<AuditEntry>) =>
        kit.store.appendAudit(audit({ id, ...changes }));
      await about("1", { ...key, target: "staging" });
      await about("2", { ...key, target: "production" });
      await about("3", { registry: "fabrikam", repository: key.repository });
      await about("4", {});
      const ids = async (filter: Parameters<typeof kit.store.listAudit>[1], limit = 10) =>
        (await kit.store.listAudit(limit, filter)).map((each) => each.id);
      expect(await ids({})).toEqual(["4", "3", "2", "1"]);
      expect(await ids({ repository: key.repository })).toEqual(["3", "2", "1"]);
      expect(await ids({ repository: key.repository }, 2)).toEqual(["3", "2"]);
      expect(await ids({ registry: key.registry, target: "staging" })).toEqual(["1"]);
      expect(await ids({ digest: key.digest })).toEqual(["2", "1"]);
      expect(await ids({ digest: "sha256:other" })).toEqual([]);
    });

    it("keeps hostile text byte for byte", async () => {
      const nul = String.fromCharCode(0);
      const detail = `a${nul}b\ud800c\n"\u2028🚢'; drop table audit_chain; --`;
      await kit.store.appendAudit(audit({ detail, repository: `x${nul}`, target: "\ud800" }));
      expect((await kit.store.readAuditChain(1, 1))[0]?.entry.detail).toBe(detail);
      expect(await kit.store.listAudit(1, { repository: `x${nul}` })).toHaveLength(1);
      expect(await verifyAudit(kit.store)).toMatchObject(whole);
    });

    it("seals what is not sealed yet, and prunes whole segments that are old enough", async () => {
      await add("1", "2", "3");
      kit.advance(1_000);
      await add("4", "5");
      expect(await kit.store.sealAudit(3)).toBe(3);
      expect(await kit.store.sealAudit(3)).toBe(2);
      expect(await kit.store.sealAudit(3)).toBe(0);
      const chain = await kit.store.readAuditChain(1, 10);
      const hash = (number: number) => chain[number - 1]?.hash;
      const first = { first: 1, last: 3, hashBefore: hashBeforeFirst, hash: hash(3), pruned: false };
      const second = { first: 4, last: 5, hashBefore: hash(3), hash: hash(5), pruned: false };
      expect(await kit.store.listAuditSegments()).toMatchObject([first, second]);
      expect(await kit.store.pruneAudit(kit.now() - 1_000)).toBe(0);
      expect(await kit.store.pruneAudit(kit.now())).toBe(3);
      expect(await kit.store.pruneAudit(kit.now())).toBe(0);
      expect(await kit.store.listAuditSegments()).toMatchObject([{ ...first, pruned: true }, second]);
      expect((await kit.store.readAuditChain(1, 10)).map((each) => each.number)).toEqual([4, 5]);
      expect(await verifyAudit(kit.store)).toMatchObject({ ...whole, first: 4, head: { number: 5 } });
    });

    it("goes on where it ended when retention has taken everything", async () => {
      await add("1", "2");
      const head = await kit.store.auditHead();
      await kit.store.sealAudit(10);
      expect(await kit.store.pruneAudit(kit.now() + 1)).toBe(2);
      expect(await kit.store.auditHead()).toEqual(head);
      expect(await verifyAudit(kit.store)).toMatchObject({ ...whole, first: 3, head });
      await add("3");
      const [next] = await kit.store.readAuditChain(1, 10);
      expect(next).toMatchObject({ number: 3, hash: entryHash(head.hash, 3, next?.text ?? "") });
      expect(await verifyAudit(kit.store, head)).toMatchObject({ ...whole, head: { number: 3 } });
    });
  });
}
