import { describe, expect, it } from "vitest";
import { type ArtifactKey, subjectOf } from "../../src/nouns/artifact.ts";
import type { RegistryEvent } from "../../src/nouns/registry-event.ts";
import { claimMessage } from "./claim-work.ts";
import { key, type StorePlace, useStore } from "./store-kit.ts";
import { artifact, change, root, sighting } from "./store-samples.ts";

const nul = String.fromCharCode(0);
const hostileTexts = {
  "a NUL": `sh${nul}op`,
  "a lone surrogate": "sh\ud800op",
  quotes: `'; drop table messages; --"\\`,
  "control characters": "\u0001\u001f\r\n\t\u007f",
  "right-to-left marks": "\u202eshop\u2066",
  "other planes": "🚢\u{10ffff}",
  percent: "%_*?[",
  nothing: "",
};

/** Everything that comes from outside is hostile text. */
export function hostileContract(place: StorePlace): void {
  describe("hostile text", () => {
    const kit = useStore(place);

    it.each(Object.entries(hostileTexts))(
      "keeps keys with %s apart from others and finds them again",
      async (_, text) => {
        const hostile: ArtifactKey = {
          registry: "contoso",
          repository: `x${text}`,
          digest: `sha256:${text}`,
        };
        const made = artifact({ ...hostile, userAgent: text });
        const subject = subjectOf(hostile);
        const tag = { tag: text, digest: hostile.digest, movedAt: 1, disputed: false };
        const line = { at: 1, step: "receive", what: text } as const;
        await kit.store.recordEvents([sighting({ ...hostile, id: `id ${text}`, tag: text })]);
        const seen: RegistryEvent[] = [];
        const taken = await kit.store.foldBatch(10, ({ event }, known) => {
          seen.push(event);
          expect(known.artifact).toBeUndefined();
          return change({ artifact: made, tags: [tag], messages: [root({ subject })], happenings: [line] });
        });
        expect(taken).toBe(1);
        expect(seen).toEqual([sighting({ ...hostile, id: `id ${text}`, tag: text }).event]);
        expect(await kit.store.findArtifact(hostile)).toEqual(made);
        expect(await kit.store.findTag("contoso", hostile.repository, text)).toBeDefined();
        expect(await kit.store.tagsOf(hostile)).toHaveLength(1);
        expect(await kit.store.happeningsOf(hostile, 10)).toEqual([line]);
        const claimed = await claimMessage(kit.store, "slack:C1", 60_000);
        if (claimed === undefined) throw new Error("nothing was claimed");
        expect(
          await kit.store.finishDelivery(claimed.item, claimed.lease, { kind: "dead", error: text }),
        ).toBe(true);
        expect(await kit.store.findArtifact(key)).toBeUndefined();
        expect(await kit.store.recordEvents([sighting({ ...hostile, id: `id ${text}`, tag: text })])).toEqual(
          ["duplicate"],
        );
      },
    );

    it("cuts texts that no index could hold, so that two long ones stay two and the same one stays one", async () => {
      const long = (end: string): Partial<RegistryEvent> => ({
        id: "i".repeat(100_000) + end,
        repository: "r".repeat(100_000) + end,
        digest: "d".repeat(100_000) + end,
        tag: "🚢".repeat(50_000) + end,
        userAgent: "u".repeat(100_000),
        chart: { name: "c".repeat(100_000) },
      });
      expect(await kit.store.recordEvents([sighting(long("1")), sighting(long("2"))])).toEqual([
        "recorded",
        "recorded",
      ]);
      expect(await kit.store.recordEvents([sighting(long("1"))])).toEqual(["duplicate"]);
      const seen: RegistryEvent[] = [];
      const taken = await kit.store.foldBatch(10, ({ event }) => {
        seen.push(event);
        const { registry, repository = "", digest = "", tag = "" } = event;
        const made = artifact({ registry, repository, digest });
        const slots = ["root", "operation:0b0f3b0e-aaaa-4bbb-8ccc-dddddddddddd"] as const;
        return change({
          artifact: made,
          tags: [{ tag, digest, movedAt: 1, disputed: false }],
          messages: slots.map((slot) => root({ subject: subjectOf(made), slot })),
          happenings: [{ at: 1, step: "receive", what: "it came" }],
        });
      });
      expect(taken).toBe(2);
      expect(kit.logged).toEqual([]);
      expect(new Set(seen.map((event) => event.repository)).size).toBe(2);
      for (const event of seen) expect(JSON.stringify(event).length).toBeLessThan(4_000);
    });

    it("takes 2 MB of tags on one artifact and gives a bounded part of them to a change", async () => {
      const tags = Array.from({ length: 16_000 }, (_, at) => ({
        tag: `${at}-`.padEnd(128, "x"),
        digest: key.digest,
        movedAt: at,
        disputed: false,
      }));
      await kit.store.changeArtifact(key, undefined, () => change({ tags }));
      const known: number[] = [];
      await kit.store.changeArtifact(key, undefined, (before) => {
        known.push(before.tags.length);
        expect(before.tags[0]).toEqual(tags.at(-1));
        return change({ removedTags: tags.map((tag) => tag.tag) });
      });
      expect(known).toEqual([1_000]);
      expect(await kit.store.tagsOf(key)).toEqual([]);
    }, 30_000);

    it("takes times that are no whole numbers", async () => {
      const event = sighting({ occurredAt: 1_500.7 });
      expect(await kit.store.recordEvents([event])).toEqual(["recorded"]);
      expect(await kit.store.recordEvents([event])).toEqual(["duplicate"]);
      expect(await kit.store.foldBatch(10, () => undefined)).toBe(1);
    });

    it("refuses one bad row without refusing its neighbours", async () => {
      const answers = await Promise.allSettled([
        kit.store.recordEvents([sighting({ id: "good" })]),
        kit.store.recordEvents([sighting({ id: "bad", occurredAt: Number.NaN })]),
        kit.store.recordEvents([
          sighting({ id: "half good" }),
          sighting({ id: "x", occurredAt: Number.NaN }),
        ]),
        kit.store.recordEvents([sighting({ id: "also good" })]),
      ]);
      expect(answers.map((each) => each.status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
      // All of a caller's events or none of them.
      expect(await kit.store.recordEvents([sighting({ id: "half good" })])).toEqual(["recorded"]);
      expect(await kit.store.recordEvents([sighting({ id: "good" })])).toEqual(["duplicate"]);
    });
  });
}
