import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import { claimMessage, claimVerifications, everything } from "./claim-work.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import { artifact, change, root, sibling } from "./store-samples.ts";

/** Artifacts, tags, stories and the queue of verifications. */
export function artifactContract(place: StorePlace): void {
  describe("artifacts", () => {
    const kit = useStore(place);
    const tag = (name: string, to: string, movedAt: number) => ({
      tag: name,
      digest: to,
      movedAt,
      disputed: false,
    });

    it("writes a change as a whole and reads it back", async () => {
      const made = artifact({ kind: "image", labels: { source: "https://example.com" }, pushedAt: 3_000 });
      const moved = { ...tag("1.4.2", key.digest, 5), disputed: true, previousDigest: digest("b") };
      await kit.store.changeArtifact(key, "1.4.2", (known) => {
        expect(known).toEqual({ artifact: undefined, tags: [], namedTag: undefined });
        const line = { at: 1, step: "receive", what: "it came" } as const;
        return change({ artifact: made, tags: [moved], happenings: [line] });
      });
      expect(await kit.store.findArtifact(key)).toEqual(made);
      expect(await kit.store.findTag(key.registry, key.repository, "1.4.2")).toEqual(moved);
      expect(await kit.store.tagsOf(key)).toEqual([moved]);
      expect(await kit.store.happeningsOf(key, 10)).toHaveLength(1);
    });

    it("leaves everything alone when there is no change, or when it throws", async () => {
      await kit.store.changeArtifact(key, undefined, () => undefined);
      const failing = kit.store.changeArtifact(key, undefined, () => {
        throw new Error("a bug");
      });
      await expect(failing).rejects.toThrow("a bug");
      expect(await kit.store.findArtifact(key)).toBeUndefined();
    });

    it("moves and forgets tags, and lists those of a repository newest first", async () => {
      const tags = [tag("a", digest("b"), 1), tag("b", key.digest, 2), tag("c", key.digest, 3)];
      await kit.store.changeArtifact(key, undefined, () => change({ tags }));
      const moved = { ...tag("a", key.digest, 4), previousDigest: digest("b") };
      await kit.store.changeArtifact(key, "a", (known) => {
        expect(known.namedTag).toEqual(tags[0]);
        expect(known.tags).toEqual([tags[2], tags[1]]);
        return change({ tags: [moved], removedTags: ["b"] });
      });
      expect(await kit.store.tagsOfRepository(key.registry, key.repository, 10)).toEqual([moved, tags[2]]);
      expect(await kit.store.tagsOfRepository(key.registry, key.repository, 1)).toEqual([moved]);
      expect(await kit.store.findTag(key.registry, key.repository, "b")).toBeUndefined();
      expect(await kit.store.tagsOf(sibling(digest("b")))).toEqual([]);
    });

    it("loses no change when two change one artifact at the same time", async () => {
      const replica = await kit.replica();
      await kit.store.changeArtifact(key, undefined, () => change());
      const addRegion = (region: string) => (known: { artifact: ReturnType<typeof artifact> | undefined }) =>
        change({
          artifact: artifact({ regions: [...(known.artifact?.regions ?? []), { region, at: 1 }] }),
        });
      const regions = Array.from({ length: 12 }, (_, at) => `region ${at}`);
      await Promise.all(
        regions.map((region, at) =>
          (at % 2 === 0 ? kit.store : replica).changeArtifact(key, undefined, addRegion(region)),
        ),
      );
      const found = await kit.store.findArtifact(key);
      expect(found?.regions.map((each) => each.region).sort()).toEqual([...regions].sort());
    });

    it("finds artifacts by a prefix of their digest, in a repository or anywhere", async () => {
      for (const each of [`sha256:abcdef0${"1".repeat(57)}`, `sha256:abcdef1${"1".repeat(57)}`]) {
        await kit.store.changeArtifact(sibling(each), undefined, () =>
          change({ artifact: artifact({ digest: each }) }),
        );
      }
      const find = async (prefix: string, repository = key.repository) =>
        (await kit.store.findArtifactsByDigest(prefix, 5, { registry: key.registry, repository })).map(
          ({ digest }) => digest.slice(7, 14),
        );
      expect(await find("abcdef0")).toEqual(["abcdef0"]);
      expect(await find("sha256:abcdef1")).toEqual(["abcdef1"]);
      expect((await find("abcdef")).toSorted()).toEqual(["abcdef0", "abcdef1"]);
      for (const bad of ["abcde", "ffffff", "%%%%%%", "ABCDEF0", ""]) expect(await find(bad)).toEqual([]);
      expect(await find("abcdef0", "other")).toEqual([]);
      expect(await kit.store.findArtifactsByDigest("abcdef", 1)).toHaveLength(1);
      expect(await kit.store.findArtifactsByDigest("sha256:abcdef0", 5)).toHaveLength(1);
    });

    it("finds the newest artifact that a tag was announced for", async () => {
      for (const [letter, quarantinedAt] of [
        ["a", 10],
        ["b", 30],
        ["c", 20],
      ] as const) {
        const made = artifact({ digest: digest(letter), announcedTag: "1.4.2", quarantinedAt });
        await kit.store.changeArtifact(made, undefined, () => change({ artifact: made }));
      }
      const found = await kit.store.findAnnounced(key.registry, key.repository, "1.4.2");
      expect(found?.digest).toBe(digest("b"));
      expect(await kit.store.findAnnounced(key.registry, key.repository, "2")).toBeUndefined();
    });

    it("gives out verifications that are due, once while they are leased", async () => {
      const due = async (letter: string, verify: number | null) => {
        const made = artifact({ digest: digest(letter) });
        await kit.store.changeArtifact(made, undefined, () => change({ artifact: made, due: { verify } }));
      };
      await due("a", kit.now());
      await due("b", kit.now() - 1);
      await due("c", kit.now() + 1);
      await due("d", null);
      const claimed = await claimVerifications(kit.store, 10, 60_000);
      expect(claimed.map((each) => each.digest)).toEqual([digest("b"), digest("a")]);
      expect(await claimVerifications(kit.store, 10, 60_000)).toEqual([]);
    });

    it("keeps what comes while the registry is asked", async () => {
      const due = async (verify: number | null) =>
        await kit.store.changeArtifact(key, undefined, () => change({ due: { verify } }));
      const claim = async () => (await kit.store.claimDue("verify", everything))[0];
      await due(kit.now());
      const one = await claim();
      if (one === undefined) throw new Error("nothing was claimed");
      await due(kit.now() + 5_000);
      expect(await kit.store.strikeOff("verify", one)).toBe(true);
      expect(await claim()).toBeUndefined();
      kit.advance(5_000);
      const two = await claim();
      if (two === undefined) throw new Error("nothing was claimed");
      await due(kit.now());
      await kit.store.putOff("verify", two, { afterMs: 60_000, isFresh: true });
      expect(await claim()).toMatchObject({ key: two.key });
      await due(null);
      expect(await kit.store.nextDueIn("verify", everything)).toBeUndefined();
    });

    it("leaves the next verification alone when a change does not speak of it", async () => {
      await kit.store.changeArtifact(key, undefined, () => change({ due: { verify: kit.now() } }));
      await kit.store.changeArtifact(key, undefined, () => change());
      expect(await claimVerifications(kit.store, 10, 60_000)).toHaveLength(1);
    });

    it("claims children: they get a parent, are made if unknown, and lose a card that was not begun", async () => {
      const child = sibling(digest("c"));
      const known = artifact({ digest: digest("c"), kind: "image" });
      await kit.store.changeArtifact(child, undefined, () =>
        change({ artifact: known, messages: [root({ subject: subjectOf(child) })] }),
      );
      await kit.store.changeArtifact(key, undefined, () =>
        change({
          claims: [digest("c"), digest("d"), key.digest],
        }),
      );
      expect(await kit.store.findArtifact(child)).toEqual({ ...known, parent: key.digest });
      const made = await kit.store.findArtifact(sibling(digest("d")));
      expect(made).toEqual(artifact({ digest: digest("d"), parent: key.digest, firstSeenAt: kit.now() }));
      expect(await kit.store.messagesOf(subjectOf(child))).toEqual([]);
      expect((await kit.store.findArtifact(key))?.parent).toBeUndefined();
      expect(await claimVerifications(kit.store, 10, 1)).toEqual([]);
    });

    it("leaves the card of a claimed child that was posted or begun", async () => {
      const subject = subjectOf(sibling(digest("c")));
      await kit.store.wantMessages([root({ subject }), root({ subject, channel: "slack:C2" })]);
      for (const channel of ["slack:C1", "slack:C2"] as const) {
        const claimed = await claimMessage(kit.store, channel, 60_000);
        if (claimed === undefined) throw new Error("nothing was claimed");
        await kit.store.beginPost(claimed.item, claimed.lease, kit.now());
        if (channel === "slack:C2") continue;
        const shown = { kind: "shown", version: 1, hash: "h", externalId: "1.1" } as const;
        await kit.store.finishDelivery(claimed.item, claimed.lease, shown);
      }
      await kit.store.changeArtifact(key, undefined, () => change({ claims: [digest("c")] }));
      expect((await kit.store.messagesOf(subject)).map((each) => each.state)).toEqual(["shown", "waiting"]);
    });

    it("names what lives in a repository, and about what of it the registry is to be asked by now", async () => {
      const living = artifact({ digest: digest("a"), pushedAt: 1_000 });
      const gone = artifact({ digest: digest("b"), pushedAt: 1_000, deletedAt: 2_000 });
      const elsewhere = artifact({ repository: "shop/checkout-2", pushedAt: 1_000 });
      const whole = artifact({ digest: "", deletedAt: 3_000 });
      for (const each of [living, gone, elsewhere, whole])
        await kit.store.changeArtifact(each, undefined, () =>
          change({ artifact: each, due: { verify: each === gone ? kit.now() + 1 : kit.now() } }),
        );
      expect(await kit.store.livingArtifacts(key.registry, key.repository, 5)).toEqual([living]);
      const due = await kit.store.dueVerifications(key.registry, key.repository, 5);
      expect(due.map((each) => each.digest)).toEqual(["", living.digest]);
      await kit.store.changeArtifact(whole, undefined, () =>
        change({ artifact: whole, alsoVerify: [gone.digest] }),
      );
      expect(await kit.store.dueVerifications(key.registry, key.repository, 5)).toHaveLength(3);
    });

    it("tells an artifact's story in order, the newest lines of it", async () => {
      for (const at of [3, 1, 2]) {
        await kit.store.changeArtifact(key, undefined, () =>
          change({ happenings: [{ at, step: "route", channel: "slack:C1", what: `line ${at}` }] }),
        );
      }
      const story = await kit.store.happeningsOf(key, 2);
      expect(story.map((line) => line.what)).toEqual(["line 2", "line 3"]);
      expect(await kit.store.happeningsOf(sibling(digest("b")), 2)).toEqual([]);
    });
  });
}
