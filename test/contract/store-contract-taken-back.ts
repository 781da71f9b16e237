import { describe, expect, it } from "vitest";
import { fold } from "../../src/artifacts/fold.ts";
import { takeBackRules } from "../../src/artifacts/take-back-rules.ts";
import { type Artifact, type ArtifactKey, subjectOf } from "../../src/nouns/artifact.ts";
import type { RegistryEvent, Sighting } from "../../src/nouns/registry-event.ts";
import { added, nothingTaken, type TakeBackPlace, type TakenCounts } from "../../src/nouns/taken-back.ts";
import { claimMessage } from "./claim-work.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import { accept, artifact, byWish, change, request, root, sibling, sighting } from "./store-samples.ts";

/** Taking back what events claimed and no registry has confirmed. */
export function takenBackContract(place: StorePlace): void {
  describe("what is taken back", () => {
    const kit = useStore(place);
    const since = Date.UTC(2026, 10, 21) + 1_000;
    const within = { registry: "contoso", since, until: since + 1_000_000 };

    /** Records an event as one that arrives `after` ms after the begin of the time. */
    async function arrive(event: Partial<RegistryEvent>, after = 0): Promise<void> {
      const receivedAt = since + after;
      const id = `${event.digest ?? "none"} ${event.tag ?? ""} ${after}`;
      const arrived = sighting({ occurredAt: receivedAt, id, ...event }, { receivedAt });
      expect(await kit.store.recordEvents([arrived])).toEqual(["recorded"]);
    }
    const settings = {
      routes: [],
      settleMs: 0,
      registryReadable: false,
      environmentTags: new Map<string, string>(),
    };
    /** Folds what has arrived, each with a card. */
    async function foldAll(): Promise<void> {
      for (;;) {
        const taken = await kit.store.foldBatch(100, (arrived, known) => {
          const made = fold(arrived, known, settings, kit.now());
          if (made === undefined) return undefined;
          const { incarnation } = made.artifact;
          return { ...made, messages: [root({ subject: subjectOf(made.artifact), incarnation })] };
        });
        if (taken === 0) return;
      }
    }
    async function confirm(one: ArtifactKey): Promise<void> {
      const verification = { state: "verified", at: kit.now() } as const;
      await kit.store.changeArtifact(one, undefined, ({ artifact: known }) =>
        change({ artifact: { ...artifact(one), ...known, kind: "image", verification } }),
      );
    }
    async function takeBack(
      how: { readonly dry?: boolean; readonly there?: readonly ArtifactKey[]; readonly pages?: number } = {},
    ): Promise<TakenCounts> {
      const there = new Set((how.there ?? []).map(subjectOf));
      const rules = takeBackRules(within, { there, gone: new Set() });
      let counts = nothingTaken;
      let from: { readonly from?: TakeBackPlace } | undefined = {};
      for (let page = 0; from !== undefined && page < (how.pages ?? Infinity); page += 1) {
        const {
          next,
          claims: _,
          ...taken
        } = await kit.store.takeBack(within, rules, {
          ...from,
          dry: how.dry ?? false,
        });
        counts = added(counts, taken);
        from = next === undefined ? undefined : { from: next };
      }
      return counts;
    }
    const a = sibling(digest("a"));
    const b = sibling(digest("b"));
    const c = sibling(digest("c"));
    const find = (one: ArtifactKey) => kit.store.findArtifact(one);
    const tagOf = (tag: string) => kit.store.findTag(key.registry, key.repository, tag);
    const shown = { kind: "shown", version: 1, hash: "h", externalId: "1" } as const;

    async function post(): Promise<Awaited<ReturnType<typeof claimMessage>>> {
      const one = await claimMessage(kit.store, "slack:C1", 60_000, 10);
      if (one === undefined) throw new Error("nothing is to be posted");
      await kit.store.countIn(one.item, one.lease, { since: 0, most: 1, at: kit.now() });
      await kit.store.beginPost(one.item, one.lease, kit.now());
      await kit.store.finishDelivery(one.item, one.lease, { ...shown, version: one.item.wantedVersion });
      return one;
    }

    it("goes without a trace: events, image, tag, story, question and card", async () => {
      await arrive({ digest: a.digest, tag: "1" });
      await foldAll();
      await arrive({ digest: b.digest, tag: "2" }, 1);
      const expected = { ...nothingTaken, events: 2, artifacts: 1, unposted: 1 };
      expect(await takeBack({ dry: true })).toEqual(expected);
      expect(await find(a)).toBeDefined();
      expect(await takeBack()).toEqual(expected);
      expect(await find(a)).toBeUndefined();
      expect(await tagOf("1")).toBeUndefined();
      expect(await kit.store.happeningsOf(a, 10)).toEqual([]);
      expect(await kit.store.messagesOf(subjectOf(a))).toEqual([]);
      expect(await kit.store.dueVerifications(key.registry, key.repository, 10)).toEqual([]);
      expect(await kit.store.foldBatch(10, () => undefined)).toBe(0);
      expect(await takeBack()).toEqual(nothingTaken);
      // The same events may come again.
      await arrive({ digest: a.digest, tag: "1" });
      await arrive({ digest: b.digest, tag: "2" }, 1);
    });

    it("is nothing of another registry or time, and nothing that the registry has or had", async () => {
      const elsewhere = { ...a, registry: "fabrikam" };
      await arrive(elsewhere);
      await arrive({ digest: a.digest, tag: "1" }, -1);
      await arrive({ digest: b.digest, tag: "2" });
      await arrive({ digest: c.digest, tag: "3" }, within.until - since + 1);
      await foldAll();
      await confirm(b);
      // A forged delete casts a doubt on it.
      await arrive({ digest: b.digest, action: "delete" }, 50);
      await foldAll();
      const answered = sibling(digest("d"));
      await arrive({ digest: answered.digest, tag: "4" }, 60);
      await foldAll();
      await arrive({ digest: answered.digest, tag: "5" }, 70);
      expect(await takeBack({ there: [answered] })).toEqual(nothingTaken);
      for (const one of [elsewhere, a, b, c, answered]) expect(await find(one)).toBeDefined();
      expect(await kit.store.foldBatch(10, () => undefined)).toBe(1);
    });

    it("gives its tag back, also through many pushes that claimed it", async () => {
      await arrive({ digest: c.digest, tag: "1" }, -100);
      await foldAll();
      for (const [at, letter] of ["e", "d", "a", "f"].entries())
        await arrive({ digest: digest(letter), tag: "1" }, 10_000 * at);
      await foldAll();
      expect((await tagOf("1"))?.digest).toBe(digest("f"));
      expect((await takeBack()).artifacts).toBe(4);
      expect(await tagOf("1")).toMatchObject({ digest: c.digest, movedAt: since - 100, disputed: false });
      expect(await kit.store.dueVerifications(key.registry, key.repository, 10)).toEqual([c]);
    });

    it("is shown as taken back where it was posted, and leaves its place in the hour", async () => {
      await arrive({ digest: a.digest, tag: "1", chart: { name: "PAY HERE" }, userAgent: "x" });
      await foldAll();
      await post();
      const counts = { ...nothingTaken, events: 1, artifacts: 1, closed: 1 };
      expect(await takeBack({ dry: true })).toEqual(counts);
      expect(await takeBack()).toEqual(counts);
      const left = await find(a);
      expect(left).toMatchObject({ takenBack: { at: kit.now(), tag: "1" }, incarnation: 1, kind: "unknown" });
      expect(JSON.stringify(left)).not.toContain("PAY");
      expect(await tagOf("1")).toBeUndefined();
      expect(await kit.store.happeningsOf(a, 10)).toHaveLength(1);
      const edited = await claimMessage(kit.store, "slack:C1", 60_000, 10);
      expect(edited?.item).toMatchObject({ subject: subjectOf(a), externalId: "1" });
      if (edited === undefined) return;
      await kit.store.finishDelivery(edited.item, edited.lease, { ...shown, version: 9 });
      expect(await takeBack()).toEqual(nothingTaken);
      // Pushed again it begins anew, with a card of its own, and finds the place.
      await arrive({ digest: a.digest, tag: "1" });
      await foldAll();
      const again = await claimMessage(kit.store, "slack:C1", 60_000, 10);
      expect(again?.item).toMatchObject({ incarnation: 2, state: "waiting" });
      if (again === undefined) return;
      const hour = { since: 0, most: 1, at: kit.now() };
      expect(await kit.store.countIn(again.item, again.lease, hour)).toBe(true);
    });

    it("is closed, not forgotten, while somebody posts it", async () => {
      await arrive({ digest: a.digest, tag: "1" });
      await foldAll();
      const posting = await claimMessage(kit.store, "slack:C1", 60_000, 10);
      if (posting === undefined) throw new Error("nothing is to be posted");
      expect(await takeBack()).toMatchObject({ artifacts: 1, unposted: 0, closed: 1 });
      expect(await kit.store.finishDelivery(posting.item, posting.lease, shown)).toBe(true);
      expect((await claimMessage(kit.store, "slack:C1", 60_000, 10))?.item.externalId).toBe("1");
    });

    it("is no image that something was done with, or that runs somewhere", async () => {
      await arrive({ digest: a.digest, tag: "1" });
      await arrive({ digest: b.digest, tag: "2" });
      await foldAll();
      const placement = { target: "staging", registry: key.registry, repository: key.repository };
      await kit.store.recordPlacement(placement, { digest: b.digest, at: 1, how: "observed" });
      await kit.store.recordRequest(request());
      await kit.store.decideRequest("request-1", byWish(accept));
      expect(await takeBack()).toMatchObject({ artifacts: 0 });
      expect(await find(a)).toBeDefined();
      expect(await find(b)).toBeDefined();
      expect(await kit.store.listOperations(5)).toHaveLength(1);
    });

    it("is a delete of an image that was known before: it is there again, with its tags", async () => {
      await arrive({ digest: a.digest, tag: "1" }, -100);
      await arrive({ digest: b.digest, tag: "2" }, -100);
      await foldAll();
      for (const region of ["westus", "eastus"]) {
        const arrived = sighting(
          { ...a, action: "delete", occurredAt: since },
          { region, receivedAt: since },
        );
        const { tag: _, ...event } = arrived.event;
        await kit.store.recordEvents([{ ...arrived, event }]);
      }
      await arrive({ digest: b.digest, action: "delete", tag: "2" }, -50);
      await foldAll();
      expect(await tagOf("1")).toBeUndefined();
      const counts = { ...nothingTaken, events: 2, undone: 1 };
      expect(await takeBack({ dry: true })).toEqual(counts);
      expect(await takeBack()).toEqual(counts);
      const living = await find(a);
      expect(living?.deletedAt).toBeUndefined();
      expect((await tagOf("1"))?.digest).toBe(a.digest);
      expect((await find(b))?.deletedAt).toBe(since - 50);
    });

    it.each(["quarantine", "chart_push", "delete", "chart_delete"] as const)(
      "is a %s of what nobody knew, and of a whole repository",
      async (action) => {
        await arrive({ digest: a.digest, action });
        await arrive({ repository: "shop/gone", action: "delete", id: "whole" });
        const events: Sighting[] = [];
        await kit.store.foldBatch(1, (one) => {
          events.push(one);
          return undefined;
        });
        await foldAll();
        await takeBack();
        expect(await find(a)).toBeUndefined();
        expect(await kit.store.livingArtifacts("contoso", "shop/gone", 5)).toEqual([]);
        expect(events).toHaveLength(1);
      },
    );

    it("is found beyond a page, and again after a run that was cut off", async () => {
      const many = 1_200;
      const sightings = Array.from({ length: many }, (_, at): Sighting => {
        const hex = at.toString(16).padStart(64, "0");
        const repository = `shop/forged-${at % 7}`;
        const event = { repository, digest: `sha256:${hex}`, tag: "1", id: `${at}`, occurredAt: since - at };
        return sighting(event, { receivedAt: since });
      });
      await kit.store.recordEvents(sightings);
      for (let folded = 0; folded < 600; folded += 100)
        await kit.store.foldBatch(100, (arrived, known) => fold(arrived, known, settings, kit.now()));
      await takeBack({ pages: 4 });
      await takeBack();
      const left: (Artifact | undefined)[] = [];
      for (const { event } of sightings)
        left.push(
          await find({ registry: "contoso", repository: event.repository ?? "", digest: event.digest ?? "" }),
        );
      expect(left.filter((one) => one !== undefined)).toEqual([]);
      expect(await kit.store.recordEvents(sightings)).toEqual(Array(many).fill("recorded"));
    }, 60_000);

    it("is counted no more by the line of what is held", async () => {
      await arrive({ digest: a.digest, tag: "1" });
      await foldAll();
      const held = await claimMessage(kit.store, "slack:C1", 60_000, 10);
      if (held === undefined) throw new Error("nothing is to be posted");
      const hour = since - (since % 3_600_000);
      const line = {
        ...root(),
        subject: `contoso/unconfirmed@${hour}`,
        slot: "held:hour",
        dueAt: kit.now(),
      } as const;
      const { wantedVersion: version } = held.item;
      await kit.store.finishDelivery(held.item, held.lease, { kind: "held", version, line });
      expect(await kit.store.countHeld("slack:C1", "contoso", hour)).toBe(1);
      await post();
      expect(await claimMessage(kit.store, "slack:C1", 60_000, 10)).toBeUndefined();
      expect(await takeBack()).toMatchObject({ unposted: 1 });
      expect(await kit.store.countHeld("slack:C1", "contoso", hour)).toBe(0);
      expect((await claimMessage(kit.store, "slack:C1", 60_000, 10))?.item.subject).toBe(line.subject);
    });
  });
}
