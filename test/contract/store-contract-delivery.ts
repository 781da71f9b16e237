import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { ClaimedWork } from "../../src/nouns/due-work.ts";
import type { Message } from "../../src/nouns/message.ts";
import type { Store } from "../../src/store/store.ts";
import { claimMessage, dueChannels, everything } from "./claim-work.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import { root, sibling } from "./store-samples.ts";

/** ⑤ deliver: claims, leases and outcomes. */
export function deliveryContract(place: StorePlace): void {
  describe("delivery", () => {
    const kit = useStore(place);
    const subject = subjectOf(key);
    const leaseMs = 60_000;

    async function claim(store: Store = kit.store, lease = leaseMs): Promise<ClaimedWork<"deliver">> {
      const claimed = await claimMessage(store, "slack:C1", lease);
      if (claimed === undefined) throw new Error("nothing was claimed");
      return claimed;
    }
    const none = async () => expect(await claimMessage(kit.store, "slack:C1", 1)).toBeUndefined();
    const first = async (): Promise<Message | undefined> => (await kit.store.messagesOf(subject))[0];
    const shown = { kind: "shown", version: 1, hash: "h1", externalId: "17.1" } as const;

    it("names the channels that have something due, each once", async () => {
      const other = subjectOf(sibling(digest("b")));
      await kit.store.wantMessages([
        root({ channel: "slack:C2", dueAt: kit.now() + 10 }),
        root({ channel: "slack:C2", subject: other, dueAt: kit.now() + 5 }),
        root({ dueAt: kit.now() + 20 }),
        root({ channel: "slack:C3", dueAt: kit.now() + 30 }),
      ]);
      expect(await dueChannels(kit.store)).toEqual([]);
      expect(await kit.store.nextDueIn("deliver", everything)).toBe(5);
      kit.advance(20);
      expect(await dueChannels(kit.store)).toEqual(["slack:C1", "slack:C2"]);
    });

    it("looks behind a leased message for another that is due in its channel", async () => {
      await kit.store.wantMessages([root({ dueAt: 1 })]);
      await claim();
      expect(await dueChannels(kit.store)).toEqual([]);
      await kit.store.wantMessages([root({ dueAt: 2, subject: subjectOf(sibling(digest("b"))) })]);
      // One of a channel is delivered at a time.
      expect(await dueChannels(kit.store)).toEqual([]);
      expect(await claimMessage(kit.store, "slack:C1", 1, 2)).toMatchObject({ claims: 1 });
    });

    it("claims the oldest due message of the channel and nobody else gets it", async () => {
      const second = subjectOf(sibling(digest("b")));
      await kit.store.wantMessages([root({ dueAt: 2 }), root({ dueAt: 1, subject: second })]);
      expect((await claim()).item.subject).toBe(second);
      expect((await claim()).item.subject).toBe(subject);
      await none();
    });

    it("gives a message to one of many that claim at the same time", async () => {
      const replica = await kit.replica();
      await kit.store.wantMessages([root()]);
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, at) =>
          claimMessage(at % 2 === 0 ? kit.store : replica, "slack:C1", leaseMs),
        ),
      );
      expect(claims.filter((each) => each !== undefined)).toHaveLength(1);
    });

    it("gives the message again when the lease is over, and the first holder can write nothing", async () => {
      await kit.store.wantMessages([root()]);
      const dead = await claim(kit.store, 0);
      const living = await claim();
      expect(living.lease).not.toBe(dead.lease);
      expect(await kit.store.beginPost(dead.item, dead.lease, kit.now())).toBe(false);
      expect(await kit.store.finishDelivery(dead.item, dead.lease, shown)).toBe(false);
      expect(await kit.store.finishDelivery(dead.item, dead.lease, { kind: "unwanted" })).toBe(false);
      expect(await first()).toMatchObject({ state: "waiting", shownVersion: 0 });
      expect(await kit.store.beginPost(living.item, living.lease, kit.now())).toBe(true);
      expect(await kit.store.finishDelivery(living.item, living.lease, shown)).toBe(true);
      expect(await kit.store.finishDelivery(living.item, living.lease, shown)).toBe(false);
    });

    it("lets nobody begin a post with a lease that is over", async () => {
      await kit.store.wantMessages([root()]);
      const dead = await claim(kit.store, 0);
      expect(await kit.store.beginPost(dead.item, dead.lease, kit.now())).toBe(false);
      // What was sent in time may still be written down while nobody else has it.
      expect(await kit.store.finishDelivery(dead.item, dead.lease, shown)).toBe(true);
    });

    it("notes what is shown and forgets the attempts", async () => {
      await kit.store.wantMessages([root()]);
      const one = await claim();
      await kit.store.putOff("deliver", one, { afterMs: 9 - kit.now(), error: "500" });
      expect(await first()).toMatchObject({ attempts: 1, lastError: "500", dueAt: 9, state: "waiting" });
      const two = await claim();
      await kit.store.beginPost(two.item, two.lease, 77);
      expect((await first())?.postBegunAt).toBe(77);
      await kit.store.finishDelivery(two.item, two.lease, shown);
      const settled = await first();
      expect(settled).toMatchObject({ state: "shown", shownVersion: 1, shownHash: "h1", externalId: "17.1" });
      expect(settled).toMatchObject({ attempts: 0 });
      expect(settled).not.toHaveProperty("postBegunAt");
      expect(settled).not.toHaveProperty("lastError");
      expect(await kit.store.findMessageAt("slack:C1", "17.1")).toEqual(settled);
      expect(await kit.store.findMessageAt("slack:C2", "17.1")).toBeUndefined();
      await none();
    });

    it("counts no attempt and forgets nothing when a message waits for its pace", async () => {
      await kit.store.wantMessages([root()]);
      await kit.store.putOff("deliver", await claim(), { afterMs: 0, error: "500" });
      for (const afterMs of [20, 30]) {
        expect(await kit.store.putOff("deliver", await claim(), { afterMs })).toBe(true);
        const dueAt = kit.now() + afterMs;
        expect(await first()).toMatchObject({ attempts: 1, lastError: "500", dueAt, state: "waiting" });
        kit.advance(afterMs);
      }
    });

    it("keeps the platform's id when an edit does not give it again", async () => {
      await kit.store.wantMessages([root()]);
      const one = await claim();
      await kit.store.finishDelivery(one.item, one.lease, shown);
      await kit.store.touch(subject, 5);
      const two = await claim();
      await kit.store.finishDelivery(two.item, two.lease, { kind: "shown", version: 2, hash: "h2" });
      expect(await first()).toMatchObject({ externalId: "17.1", shownHash: "h2", shownVersion: 2 });
    });

    it("offers a post whose answer was lost when it is due, and sends it again only when it was not found", async () => {
      await kit.store.wantMessages([root()]);
      const one = await claim();
      await kit.store.beginPost(one.item, one.lease, 77);
      const doubt = { kind: "in-doubt", dueAt: kit.now() + 20_000, error: "reset" } as const;
      await kit.store.finishDelivery(one.item, one.lease, doubt);
      expect(await first()).toMatchObject({ state: "in-doubt", postBegunAt: 77, attempts: 1 });
      await kit.store.touch(subject, kit.now());
      await none();
      kit.advance(20_000);
      const two = await claim();
      expect(two.item).toMatchObject({ state: "in-doubt", postBegunAt: 77 });
      // Looking for it failed: it may still be there.
      await kit.store.putOff("deliver", two, { afterMs: 5 - kit.now(), error: "429" });
      const three = await claim();
      expect(three.item).toMatchObject({ state: "in-doubt", postBegunAt: 77, attempts: 2 });
      await kit.store.finishDelivery(three.item, three.lease, { kind: "not-posted", dueAt: 6 });
      const four = await claim();
      expect(four.item).toMatchObject({ state: "waiting", wantedVersion: 2 });
      expect(four.item).not.toHaveProperty("postBegunAt");
    });

    it("offers a post as in doubt when whoever began it died", async () => {
      await kit.store.wantMessages([root()]);
      const one = await claim();
      await kit.store.beginPost(one.item, one.lease, 77);
      if (kit.engine === "sqlite") await kit.reopen();
      else await kit.store.finishDelivery(one.item, one.lease, { kind: "in-doubt", dueAt: 1, error: "" });
      expect((await claim()).item).toMatchObject({ state: "in-doubt", postBegunAt: 77 });
    });

    it("forgets a message that is not wanted any more", async () => {
      await kit.store.wantMessages([root()]);
      const one = await claim();
      await kit.store.finishDelivery(one.item, one.lease, { kind: "unwanted" });
      expect(await kit.store.messagesOf(subject)).toEqual([]);
      await kit.store.wantMessages([root()]);
      expect((await first())?.id).not.toBe(one.item.id);
    });

    it("holds a reply back until its root is posted", async () => {
      await kit.store.wantMessages([
        root({ dueAt: kit.now() + 5_000 }),
        root({ slot: "operation:1", dueAt: 1 }),
      ]);
      await none();
      expect(await dueChannels(kit.store)).toEqual([]);
      expect(await kit.store.nextDueIn("deliver", everything)).toBe(5_000);
      kit.advance(5_000);
      const one = await claim();
      expect(one.item.slot).toBe("root");
      await none();
      await kit.store.finishDelivery(one.item, one.lease, shown);
      expect((await claim()).item.slot).toBe("operation:1");
    });

    it("edits a due root before it posts a reply", async () => {
      await kit.store.wantMessages([root()]);
      const one = await claim();
      await kit.store.finishDelivery(one.item, one.lease, shown);
      await kit.store.wantMessages([root({ slot: "operation:1", dueAt: 1 })]);
      await kit.store.touch(subject, 500);
      expect((await claim()).item.slot).toBe("root");
      expect((await claim()).item.slot).toBe("operation:1");
    });

    it("lets a root that is gone go on as a new message when something new is to be said, and the reply waits", async () => {
      await kit.store.wantMessages([root({ dueAt: 1 })]);
      const one = await claim();
      await kit.store.finishDelivery(one.item, one.lease, { kind: "gone", error: "e" });
      await kit.store.wantMessages([root({ slot: "operation:1", dueAt: 2 })]);
      const again = await claim();
      expect(again.item).toMatchObject({ slot: "root", state: "waiting", shownVersion: 0 });
      expect(again.item.id).not.toBe(one.item.id);
      expect(again.item).not.toHaveProperty("externalId");
      const shown = {
        kind: "shown",
        version: again.item.wantedVersion,
        hash: "h",
        externalId: "2",
      } as const;
      await kit.store.finishDelivery(again.item, again.lease, shown);
      expect((await claim()).item.slot).toBe("operation:1");
      await kit.store.wantMessages([root({ slot: "operation:1", dueAt: 3 })]);
      expect((await kit.store.messagesOf(subject)).find(({ slot }) => slot === "root")?.state).toBe("shown");
    });

    it.each([
      { kind: "dead", error: "e" },
      { kind: "unwanted" },
      { kind: "shown", version: 1, hash: "h" },
    ] as const)("lets a reply go when its root ended as $kind", async (outcome) => {
      await kit.store.wantMessages([root({ dueAt: 1 }), root({ slot: "operation:1", dueAt: 1 })]);
      const one = await claim();
      await kit.store.finishDelivery(one.item, one.lease, outcome);
      expect((await claim()).item.slot).toBe("operation:1");
      await kit.store.wantMessages([root({ slot: "operation:2", dueAt: 1 })]);
      expect((await claim()).item.slot).toBe("operation:2");
    });

    it("lets a reply go where there is no root", async () => {
      await kit.store.wantMessages([root({ slot: "alert:1" })]);
      expect((await claim()).item.slot).toBe("alert:1");
    });
  });
}
