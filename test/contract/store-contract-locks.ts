import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { Lock, LockScope } from "../../src/nouns/lock.ts";
import type { Suggestion } from "../../src/nouns/request.ts";
import type { Store } from "../../src/store/store.ts";
import { ben, lockSet, suggestionSet, useOrders, verdict } from "./place-orders.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import { anna, artifact, change, refuse, root, wish } from "./store-samples.ts";

/** ⑥ decide: locks and suggestions, and the facts of a decision. */
export function lockContract(place: StorePlace): void {
  describe("locks and suggestions", () => {
    const kit = useStore(place);
    const order = useOrders(kit);
    const version = async () => (await kit.store.messagesOf(subjectOf(key)))[0]?.wantedVersion;

    it("keeps at most one lock on a scope, decided on all there are", async () => {
      const seen: (readonly Lock[])[] = [];
      const lock = (scope: LockScope, changes: Partial<Lock> = {}): Lock => ({
        scope,
        reason: "incident",
        by: ben,
        at: 5_000,
        ...changes,
      });
      const put = (made: Lock) =>
        order(
          { kind: "lock", scope: made.scope },
          {
            onStanding: (of, _kind, locks) => {
              seen.push(locks as readonly Lock[]);
              return verdict(of, lockSet(made));
            },
          },
        );
      const staging = { kind: "target", target: "staging" } as const;
      await put(lock(staging));
      await put(lock({ kind: "all" }));
      await put(lock(staging, { reason: "still", until: 9_000 }));
      expect(seen).toEqual([[], [lock(staging)], [lock({ kind: "all" }), lock(staging)]]);
      const now = [lock({ kind: "all" }), lock(staging, { reason: "still", until: 9_000 })];
      expect(await kit.store.listStanding("lock")).toEqual(now);
      expect((await kit.store.readDecisionFacts(wish)).locks).toEqual(now);
      const elsewhere = await kit.store.readDecisionFacts({ ...wish, target: "production" });
      expect(elsewhere.locks).toEqual([now[0]]);
      await order(
        { kind: "unlock", scope: staging },
        {
          onStanding: (of) =>
            verdict(of, { kind: "lift", of: "lock", key: "target/staging", shownOn: staging }),
        },
      );
      expect(await kit.store.listStanding("lock")).toEqual([now[0]]);
    });

    it("lets one of two that lock at the same time see the other's", async () => {
      const replica = await kit.replica();
      const scope = { kind: "target", target: "staging" } as const;
      const put = (store: Store) =>
        order(
          { kind: "lock", scope },
          {
            onStanding: (of, _kind, locks) =>
              locks.length > 0 ? refuse(of) : verdict(of, lockSet({ scope, reason: "x", by: of.who, at: 1 })),
          },
          ben,
          store,
        );
      const both = await Promise.all([put(kit.store), put(replica)]);
      expect(both.map((each) => each.verdict.outcome).sort()).toEqual(["accepted", "refused"]);
    });

    it("wakes the cards of what runs on a target that is locked", async () => {
      const placement = { target: "staging", registry: key.registry, repository: key.repository };
      await kit.store.recordPlacement(placement, { digest: key.digest, at: 1, how: "observed" });
      await kit.store.wantMessages([root()]);
      const lock: Lock = { scope: { kind: "all" }, reason: "x", by: ben, at: 1 };
      await order({ kind: "lock", scope: lock.scope }, { onStanding: (of) => verdict(of, lockSet(lock)) });
      expect(await version()).toBe(2);
    });

    it("keeps a suggestion that is decided as the wish in it", async () => {
      const current = { digest: digest("c"), at: 1, how: "observed" } as const;
      const placement = { target: "staging", registry: key.registry, repository: key.repository };
      await kit.store.recordPlacement(placement, current);
      await kit.store.wantMessages([root()]);
      const suggestion: Suggestion = { id: "s", wish, by: anna, at: 1, expiresAt: 2, roles: ["deployers"] };
      const decided = await order(
        { kind: "suggest", wish },
        {
          onWish: (of, wished, facts) => {
            expect(wished).toEqual(wish);
            expect(facts.placement?.history).toEqual([current]);
            return { ...verdict(of, suggestionSet(suggestion)), lacking: ["deployers"] };
          },
        },
        anna,
      );
      expect(decided.verdict.lacking).toEqual(["deployers"]);
      expect(await kit.store.findStanding("suggestion", "s")).toEqual(suggestion);
      expect(await kit.store.findStanding("suggestion", "other")).toBeUndefined();
      expect(await kit.store.listOperations(10)).toEqual([]);
      expect(await version()).toBe(2);
    });

    it("forgets suggestions and locks 30 days after they ran out", async () => {
      const day = 86_400_000;
      const suggestion: Suggestion = { id: "s", wish, by: anna, at: 1, expiresAt: kit.now(), roles: [] };
      const lock: Lock = { scope: { kind: "all" }, reason: "x", by: ben, at: 1, until: kit.now() };
      const lasting: Lock = { scope: { kind: "target", target: "t" }, reason: "x", by: ben, at: 1 };
      await order({ kind: "suggest", wish }, { onWish: (of) => verdict(of, suggestionSet(suggestion)) });
      for (const each of [lock, lasting])
        await order({ kind: "lock", scope: each.scope }, { onStanding: (of) => verdict(of, lockSet(each)) });
      kit.advance(30 * day);
      expect(await kit.store.prune(0, 10)).toBe(0);
      kit.advance(1);
      expect(await kit.store.prune(0, 10)).toBe(2);
      expect(await kit.store.findStanding("suggestion", "s")).toBeUndefined();
      expect(await kit.store.listStanding("lock")).toEqual([lasting]);
    });

    it("decides on what the placement ran before, newest first, at most 20 of it", async () => {
      const placement = { target: "staging", registry: key.registry, repository: key.repository };
      const nth = (at: number) => `sha256:${String(at).padStart(64, "0")}`;
      for (let at = 0; at < 25; at += 1) {
        if (at !== 22)
          await kit.store.changeArtifact({ ...key, digest: nth(at) }, undefined, () =>
            change({ artifact: artifact({ digest: nth(at) }) }),
          );
        await kit.store.recordPlacement(placement, { digest: nth(at), at, how: "deploy" });
      }
      const other = { ...placement, target: "production" };
      await kit.store.recordPlacement(other, { digest: nth(1), at: 1, how: "deploy" });
      const facts = await kit.store.readDecisionFacts(wish);
      const ran = facts.ran.map((each) => each.digest);
      expect(ran.slice(0, 3)).toEqual([nth(24), nth(23), nth(21)]);
      expect(ran).toHaveLength(19);
      expect(facts.placements.map((each) => each.target)).toEqual(["production", "staging"]);
    });
  });
}
