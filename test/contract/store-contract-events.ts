import { describe, expect, it } from "vitest";
import type { Sighting } from "../../src/nouns/registry-event.ts";
import { type StorePlace, useStore } from "./store-kit.ts";
import { artifact, change, sighting } from "./store-samples.ts";

/** ② record and ③ fold. */
export function eventContract(place: StorePlace): void {
  describe("events", () => {
    const kit = useStore(place);

    async function folded(limit = 100): Promise<readonly Sighting[]> {
      const seen: Sighting[] = [];
      await kit.store.foldBatch(limit, (each) => {
        seen.push(each);
        return undefined;
      });
      return seen;
    }

    it("records an event once and gives it back to the fold as it came", async () => {
      const event = sighting({ mediaType: "application/json", manifestBytes: 7, chart: { name: "c" } });
      expect(await kit.store.recordEvents([event])).toEqual(["recorded"]);
      expect(await folded()).toEqual([event]);
      expect(await folded()).toEqual([]);
    });

    it("answers duplicate to the same arrival, within a call, a group and later", async () => {
      const twice = await kit.store.recordEvents([sighting(), sighting()]);
      const together = await Promise.all([
        kit.store.recordEvents([sighting({ id: "other" })]),
        kit.store.recordEvents([sighting({ id: "other" })]),
      ]);
      expect(twice).toEqual(["recorded", "duplicate"]);
      expect(together).toEqual([["recorded"], ["duplicate"]]);
      expect(await kit.store.recordEvents([sighting()])).toEqual(["duplicate"]);
      expect(await folded()).toHaveLength(2);
      expect(await kit.store.recordEvents([sighting()])).toEqual(["duplicate"]);
    });

    it("keeps the same event from another region or way, or of another registry, as another sighting", async () => {
      const answers = await kit.store.recordEvents([
        sighting(),
        sighting({}, { region: "eastus" }),
        sighting({}, { way: "eventgrid" }),
        sighting({ registry: "fabrikam" }),
        sighting({ occurredAt: 5 }),
      ]);
      expect(answers).toEqual(Array(5).fill("recorded"));
    });

    it("answers nothing to nothing", async () => {
      expect(await kit.store.recordEvents([])).toEqual([]);
      expect(await kit.store.foldBatch(10, () => undefined)).toBe(0);
    });

    it("folds a repository by arrival, so that events dated 2015 keep nothing from being folded", async () => {
      const long = Date.UTC(2015, 5, 1);
      for (const [at, occurredAt] of [300, long, 400, long + 1].entries()) {
        await kit.store.recordEvents([
          sighting({ occurredAt, id: `came ${at}` }, { receivedAt: 1_000 + at }),
        ]);
      }
      expect((await folded(2)).map((each) => each.event.id)).toEqual(["came 0", "came 1"]);
      await kit.store.recordEvents([sighting({ occurredAt: long, id: "came last" }, { receivedAt: 2_000 })]);
      expect((await folded()).map((each) => each.event.id)).toEqual(["came 2", "came 3", "came last"]);
    });

    it("folds what arrived at one time by the time that it happened", async () => {
      for (const occurredAt of [300, 100, 200])
        await kit.store.recordEvents([
          sighting({ occurredAt, id: `at ${occurredAt}` }, { receivedAt: 1_000 }),
        ]);
      expect((await folded()).map((each) => each.event.id)).toEqual(["at 100", "at 200", "at 300"]);
    });

    it("lets a flood in one repository delay neither another repository nor another registry", async () => {
      const flood = Array.from({ length: 300 }, (_, at) =>
        sighting({ repository: "flood", id: `flood ${at}` }, { receivedAt: at }),
      );
      await kit.store.recordEvents(flood);
      await kit.store.recordEvents([
        sighting({ repository: "shop/cart", id: "cart" }, { receivedAt: 9_000 }),
        sighting({ repository: "aaa/first", id: "first" }, { receivedAt: 9_000 }),
        sighting({ registry: "fabrikam", id: "fabrikam" }, { receivedAt: 9_000 }),
      ]);
      const ids = (await folded(25)).map((each) => each.event.id);
      expect(ids).toEqual(expect.arrayContaining(["cart", "first", "fabrikam"]));
      expect(ids.filter((id) => id.startsWith("flood")).slice(0, 3)).toEqual([
        "flood 0",
        "flood 1",
        "flood 2",
      ]);
    });

    it("lets a flood over as many repositories as events delay another by one round at most", async () => {
      const flood = Array.from({ length: 100 }, (_, at) =>
        sighting({ repository: `flood/${at}`, id: `flood ${at}` }, { receivedAt: at }),
      );
      await kit.store.recordEvents(flood);
      await folded(10);
      await kit.store.recordEvents([sighting({ repository: "aaa", id: "real" }, { receivedAt: 9_000 })]);
      const again = flood.map(({ event }) =>
        sighting({ ...event, id: `${event.id} again` }, { receivedAt: 10_000 }),
      );
      await kit.store.recordEvents(again);
      const ids = (await folded(100)).map((each) => each.event.id);
      expect(ids).toContain("real");
    });

    it("gives the fold what it knows: the artifact, its tags, and the named tag wherever it points", async () => {
      const tag = { tag: "1.4.2", digest: sighting().event.digest ?? "", movedAt: 5, disputed: false };
      await kit.store.recordEvents([sighting({ occurredAt: 1, id: "first" })]);
      await kit.store.recordEvents([sighting({ occurredAt: 2, id: "second" })]);
      const known: unknown[] = [];
      await kit.store.foldBatch(10, (_, before) => {
        known.push(before);
        return change({ tags: [tag] });
      });
      expect(known).toEqual([
        { artifact: undefined, tags: [], namedTag: undefined },
        { artifact: artifact(), tags: [tag], namedTag: tag },
      ]);
    });

    it("keeps an event that cannot be folded as refused, and goes on", async () => {
      await kit.store.recordEvents([
        sighting({ occurredAt: 1, id: "good" }),
        sighting({ occurredAt: 2, id: "bad" }),
        sighting({ occurredAt: 3, id: "also good", repository: "other" }),
      ]);
      const fold = (each: Sighting) => {
        if (each.event.id === "bad") throw new Error("cannot fold this");
        return change({ artifact: artifact({ repository: each.event.repository ?? "" }) });
      };
      expect(await kit.store.foldBatch(10, fold)).toBe(3);
      expect(await kit.store.foldBatch(10, fold)).toBe(0);
      expect(await kit.store.findArtifact(artifact({ repository: "other" }))).toBeDefined();
      expect(kit.logged).toMatchObject([{ level: "error", fields: { eventId: "bad" } }]);
    });

    it("steps over an event whose change the database refuses, without losing its neighbours' changes", async () => {
      await kit.store.recordEvents([
        sighting({ occurredAt: 1, id: "good" }),
        sighting({ occurredAt: 2, id: "bad" }),
        sighting({ occurredAt: 3, id: "also good", repository: "other" }),
      ]);
      const fold = (each: Sighting) => {
        const made = artifact({ repository: each.event.repository ?? "" });
        // A number that no database takes for `not null`.
        return change({ artifact: each.event.id === "bad" ? { ...made, incarnation: Number.NaN } : made });
      };
      expect(await kit.store.foldBatch(10, fold)).toBe(3);
      expect(await kit.store.foldBatch(10, fold)).toBe(0);
      expect(await kit.store.findArtifact(artifact())).toBeDefined();
      expect(await kit.store.findArtifact(artifact({ repository: "other" }))).toBeDefined();
      expect(kit.logged.filter((line) => line.level === "error")).toMatchObject([
        { fields: { eventId: "bad" } },
      ]);
    });

    it("folds each event once when two fold at the same time", async () => {
      const replica = await kit.replica();
      const many = Array.from({ length: 60 }, (_, at) => sighting({ occurredAt: at, id: `event ${at}` }));
      await kit.store.recordEvents(many);
      const seen: string[] = [];
      const fold = (each: Sighting) => {
        seen.push(each.event.id);
        return undefined;
      };
      const drain = async (store: typeof replica) => {
        while ((await store.foldBatch(7, fold)) > 0);
      };
      await Promise.all([drain(kit.store), drain(replica)]);
      // What one of them holds the other skips, and may find nothing else: so once more.
      await drain(kit.store);
      expect([...seen].sort()).toEqual(many.map((each) => each.event.id).sort());
    });

    it("finds a ping by its id, with the time it arrived", async () => {
      const { repository, digest, tag, ...rest } = sighting({ action: "ping", id: "ping" }).event;
      await kit.store.recordEvents([{ event: rest, way: "webhook", region: "", receivedAt: 77 }]);
      const known: unknown[] = [];
      await kit.store.foldBatch(1, (_, before) => {
        known.push(before);
        return undefined;
      });
      expect(known).toEqual([{ artifact: undefined, tags: [], namedTag: undefined }]);
      expect(await kit.store.findPing("contoso", "ping", rest.occurredAt)).toBe(77);
      expect(await kit.store.findPing("contoso", "another", rest.occurredAt)).toBeUndefined();
      expect(await kit.store.findPing("contoso", "ping", rest.occurredAt + 3_600_000)).toBeUndefined();
    });

    it("keeps everything over a restart", async () => {
      await kit.store.recordEvents([sighting()]);
      await kit.reopen();
      expect(await folded()).toEqual([sighting()]);
      await kit.reopen();
      expect(await folded()).toEqual([]);
    });

    it("says that there may be work after a commit", async () => {
      const told = new Promise<ReadonlySet<string>>((resolve) => kit.store.onWork(resolve));
      await kit.store.recordEvents([sighting()]);
      expect([...(await told)]).toEqual(["fold"]);
    });

    it("says so to the other replica too", async () => {
      const replica = await kit.replica();
      const told = new Promise<ReadonlySet<string>>((resolve) => replica.onWork(resolve));
      await kit.store.recordEvents([sighting()]);
      expect([...(await told)]).toEqual(["fold"]);
    });

    it("writes what was accepted before it closes, and refuses what comes later", async () => {
      const accepted = kit.store.recordEvents([sighting()]);
      const closed = kit.store.close();
      await expect(kit.store.recordEvents([sighting({ id: "late" })])).rejects.toMatchObject({
        code: "store-unwritable",
        retryable: true,
      });
      expect(await accepted).toEqual(["recorded"]);
      await closed;
      await kit.reopen();
      expect(await folded()).toHaveLength(1);
    });

    it("refuses what would wait behind 10,000 rows, and takes it when they are written", async () => {
      const many = Array.from({ length: 100 }, (_, group) =>
        kit.store.recordEvents(
          Array.from({ length: 100 }, (__, at) => sighting({ occurredAt: group * 100 + at, id: "x" })),
        ),
      );
      await expect(kit.store.recordEvents([sighting()])).rejects.toMatchObject({ code: "store-unwritable" });
      expect((await Promise.all(many)).flat()).toEqual(Array(10_000).fill("recorded"));
      expect(await kit.store.recordEvents([sighting()])).toEqual(["recorded"]);
    });
  });
}
