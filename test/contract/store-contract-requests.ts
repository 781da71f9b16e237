import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { Request } from "../../src/nouns/request.ts";
import type { DecisionFacts, Verdict, Verdicts } from "../../src/nouns/verdict.ts";
import type { Store } from "../../src/store/store.ts";
import { countUndecided, everything } from "./claim-work.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import { accept, acceptAll, artifact, byWish, change, refuse, request, root } from "./store-samples.ts";

/** ⑥ decide. */
export function requestContract(place: StorePlace): void {
  describe("requests", () => {
    const kit = useStore(place);

    /** Accepts only where nothing else is under way, as the policy does. */
    const acceptIfFree = (of: Request, facts: DecisionFacts): Verdict =>
      facts.open.length === 0 ? accept(of) : refuse(of);
    const decide = (id: string, store: Store = kit.store) => store.decideRequest(id, byWish(acceptIfFree));

    it("records a request once, in the same group as events", async () => {
      expect(await kit.store.recordRequest(request())).toBe("recorded");
      expect(await kit.store.recordRequest(request())).toBe("duplicate");
      const both = await Promise.all([
        kit.store.recordRequest(request({ id: "request-2" })),
        kit.store.recordRequest(request({ id: "request-2" })),
      ]);
      expect(both).toEqual(["recorded", "duplicate"]);
    });

    it("gives out what was never decided, oldest first, over a restart, and only what was left over", async () => {
      await kit.store.recordRequest(request({ id: "b", at: 2 }));
      await kit.store.recordRequest(request({ id: "a", at: 3 }));
      await kit.store.recordRequest(request({ id: "c", at: 1 }));
      await decide("b");
      await kit.store.recordRequest(request({ id: "just now", at: kit.now() }));
      await kit.reopen();
      const left = () => kit.store.claimDue("decide", { ...everything, perLane: 10 });
      expect((await left()).map((each) => each.item)).toEqual([request({ id: "c", at: 1 })]);
      expect(await left()).toMatchObject([{ key: "a", lane: "slack" }]);
      expect(await left()).toEqual([]);
      kit.advance(3_000);
      expect(await left()).toMatchObject([{ key: "just now" }]);
    });

    it("decides on what is known, and writes operation, audit and verdict together", async () => {
      const tag = { tag: "1.4.2", digest: digest("b"), movedAt: 4, disputed: false };
      const own = { tag: "latest", digest: key.digest, movedAt: 4, disputed: false };
      await kit.store.changeArtifact(key, undefined, () => change({ tags: [tag, own] }));
      await kit.store.wantMessages([root()]);
      const placed = { digest: digest("b"), at: 1, how: "observed" } as const;
      const placement = { target: "staging", registry: key.registry, repository: key.repository };
      await kit.store.recordPlacement(placement, placed);
      await kit.store.recordRequest(request());
      const decided = await kit.store.decideRequest(
        "request-1",
        byWish((of, facts) => {
          expect(of).toEqual(request());
          expect(facts).toEqual({
            artifact: artifact(),
            namedTag: tag,
            placement: { ...placement, history: [placed] },
            placements: [{ ...placement, history: [placed] }],
            ran: [],
            locks: [],
            open: [],
          });
          return accept(of);
        }),
      );
      expect(decided).toEqual({ verdict: accept(request()), first: true });
      expect(await kit.store.findOperation("operation of request-1")).toEqual(accept(request()).operation);
      expect(await kit.store.listAudit(10)).toEqual([accept(request()).audit]);
      expect((await kit.store.messagesOf(subjectOf(key)))[0]?.wantedVersion).toBe(2);
    });

    it("gives a retry the same answer without deciding again", async () => {
      await kit.store.recordRequest(request());
      await kit.store.decideRequest("request-1", byWish(refuse));
      const again = await kit.store.decideRequest(
        "request-1",
        byWish(() => {
          throw new Error("decided twice");
        }),
      );
      expect(again).toEqual({ verdict: refuse(request()), first: false });
      expect(await kit.store.listAudit(10)).toHaveLength(1);
    });

    it("leaves the request undecided when deciding throws", async () => {
      await kit.store.recordRequest(request());
      const failing = kit.store.decideRequest(
        "request-1",
        byWish(() => {
          throw new Error("a bug");
        }),
      );
      await expect(failing).rejects.toThrow("a bug");
      expect(await countUndecided(kit.store)).toBe(1);
      expect((await decide("request-1")).first).toBe(true);
    });

    it("writes the messages of a verdict with it, once, and nothing at all when they cannot be made", async () => {
      await kit.store.changeArtifact(key, undefined, () => change());
      await kit.store.recordRequest(request());
      const wanted = { ...root(), slot: "approval:op-1" } as const;
      const failing = kit.store.decideRequest("request-1", {
        ...acceptAll,
        messages: () => {
          throw new Error("a bug");
        },
      });
      await expect(failing).rejects.toThrow("a bug");
      expect(await kit.store.listOperations(10)).toEqual([]);
      const verdicts: Verdicts = {
        ...acceptAll,
        messages: (of, { operation }, told) => {
          expect({ of, operation }).toEqual({ of: request(), operation: told?.operation });
          expect(told).toMatchObject({ artifact: artifact(), messages: [] });
          return [wanted];
        },
      };
      const { first, verdict } = await kit.store.decideRequest("request-1", verdicts);
      expect((await kit.store.decideRequest("request-1", verdicts)).first).toBe(false);
      expect(first).toBe(true);
      const messages = await kit.store.messagesOf(subjectOf(key));
      expect(messages).toMatchObject([{ channel: wanted.channel, slot: wanted.slot, state: "waiting" }]);
      expect(await kit.store.findDecided("request-1")).toEqual({ request: request(), verdict });
      expect(await kit.store.findDecided("request-2")).toBeUndefined();
    });

    it("refuses to decide what was never recorded", async () => {
      await expect(decide("nobody asked")).rejects.toThrow("no request nobody asked was recorded");
    });

    it("gives a button one operation, whoever clicks it again", async () => {
      await kit.store.recordRequest(request({ buttonReference: "button" }));
      await kit.store.recordRequest(request({ id: "request-2", buttonReference: "button" }));
      const one = await decide("request-1");
      const two = await decide("request-2");
      expect(one.first).toBe(true);
      expect(two).toEqual({ verdict: one.verdict, first: false });
      expect(await countUndecided(kit.store)).toBe(0);
      expect(await kit.store.listOperations(10)).toHaveLength(1);
    });

    it("lets a button be asked again after a refusal", async () => {
      await kit.store.recordRequest(request({ buttonReference: "button" }));
      await kit.store.recordRequest(request({ id: "request-2", buttonReference: "button" }));
      await kit.store.decideRequest("request-1", byWish(refuse));
      expect((await decide("request-2")).verdict.outcome).toBe("accepted");
    });

    it("makes one operation of a double click that two processes decide at the same time", async () => {
      const replica = await kit.replica();
      const clicks = Array.from({ length: 6 }, (_, at) =>
        request({ id: `click ${at}`, buttonReference: "button" }),
      );
      for (const click of clicks) await kit.store.recordRequest(click);
      const decided = await Promise.all(
        clicks.map((click, at) => (at % 2 === 0 ? kit.store : replica).decideRequest(click.id, acceptAll)),
      );
      expect(decided.filter((each) => each.first)).toHaveLength(1);
      expect(new Set(decided.map((each) => each.verdict.operation?.id)).size).toBe(1);
      expect(await kit.store.listOperations(10)).toHaveLength(1);
    });

    it("accepts one of several requests for a placement that are decided at the same time", async () => {
      const replica = await kit.replica();
      const ids = Array.from({ length: 6 }, (_, at) => `request ${at}`);
      for (const id of ids) await kit.store.recordRequest(request({ id }));
      const decided = await Promise.all(ids.map((id, at) => decide(id, at % 2 === 0 ? kit.store : replica)));
      expect(decided.map((each) => each.verdict.outcome).sort()).toEqual([
        "accepted",
        ...Array(5).fill("refused"),
      ]);
    });

    it("decides one request once when two processes do it at the same time", async () => {
      const replica = await kit.replica();
      await kit.store.recordRequest(request());
      const decided = await Promise.all([decide("request-1"), decide("request-1", replica)]);
      expect(decided.map((each) => each.first).sort()).toEqual([false, true]);
    });

    it("counts a review as open for its artifact alone", async () => {
      const release = (id: string, letter: string) =>
        request({ id, order: { kind: "release", ...key, digest: digest(letter) } });
      for (const each of [release("1", "a"), release("2", "b"), release("3", "a")]) {
        await kit.store.recordRequest(each);
      }
      await kit.store.recordRequest(request());
      const outcomes: string[] = [];
      for (const id of ["1", "2", "3", "request-1"]) outcomes.push((await decide(id)).verdict.outcome);
      expect(outcomes).toEqual(["accepted", "accepted", "refused", "accepted"]);
    });

    it("keeps what buttons stand for", async () => {
      const button = {
        reference: "r1",
        channel: "slack:C1",
        subject: subjectOf(key),
        incarnation: 1,
        verb: "deploy",
        digest: key.digest,
        target: "staging",
      } as const;
      await kit.store.saveButtons([button, { ...button, reference: "r2", verb: "details" }, button]);
      await kit.store.saveButtons([button]);
      await kit.store.saveButtons([]);
      expect(await kit.store.findButton("r1")).toEqual(button);
      expect(await kit.store.findButton("forged")).toBeUndefined();
    });
  });
}
