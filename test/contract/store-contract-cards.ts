import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { DeliveryOutcome } from "../../src/store/store.ts";
import { claimMessage, dueChannels, everything } from "./claim-work.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";
import { artifact, change, root, sibling } from "./store-samples.ts";

/** How cards become wanted: wishes and touches. */
export function cardContract(place: StorePlace): void {
  describe("cards", () => {
    const kit = useStore(place);
    const subject = subjectOf(key);

    async function settle(outcome: DeliveryOutcome): Promise<void> {
      const claimed = await claimMessage(kit.store, "slack:C1", 60_000);
      if (claimed === undefined) throw new Error("nothing was claimed");
      expect(await kit.store.finishDelivery(claimed.item, claimed.lease, outcome)).toBe(true);
    }
    const only = async () => {
      const messages = await kit.store.messagesOf(subject);
      expect(messages).toHaveLength(1);
      return messages[0];
    };
    const shown = (version: number): DeliveryOutcome => ({
      kind: "shown",
      version,
      hash: "h",
      externalId: "1.1",
    });

    it("makes a wished message once", async () => {
      await kit.store.wantMessages([root()]);
      const made = await only();
      expect(made).toEqual({
        channel: "slack:C1",
        subject,
        incarnation: 1,
        slot: "root",
        id: expect.any(String),
        state: "waiting",
        wantedVersion: 1,
        shownVersion: 0,
        dueAt: 1_000,
        attempts: 0,
        createdAt: kit.now(),
      });
      await kit.store.wantMessages([root({ dueAt: 1 }), root({ dueAt: 2 })]);
      expect(await only()).toEqual(made);
    });

    it("tries again at once what waits for a place of that kind, and nothing else", async () => {
      const later = kit.now() + 600_000;
      await kit.store.wantMessages([
        root({ channel: "teams:19:a@thread.tacv2", dueAt: later }),
        root({ channel: "teams-workflow:one", dueAt: later }),
        root({ channel: "slack:C1", dueAt: later }),
      ]);
      await kit.store.wakeWaiting("teams", kit.now());
      const due = new Map(
        (await kit.store.messagesOf(subject)).map(({ channel, dueAt }) => [channel, dueAt]),
      );
      expect(due).toEqual(
        new Map([
          ["teams:19:a@thread.tacv2", kit.now()],
          ["teams-workflow:one", later],
          ["slack:C1", later],
        ]),
      );
    });

    it("gives each channel, incarnation and slot its own message", async () => {
      await kit.store.wantMessages([
        root(),
        root({ channel: "slack:C2" }),
        root({ incarnation: 2 }),
        root({ slot: "operation:1" }),
      ]);
      const messages = await kit.store.messagesOf(subject);
      expect(messages).toHaveLength(4);
      expect(new Set(messages.map((message) => message.id)).size).toBe(4);
      expect(messages.at(-1)?.incarnation).toBe(2);
    });

    it("brings a shown card up to date by the time of the touch", async () => {
      await kit.store.wantMessages([root()]);
      await settle(shown(1));
      expect(await kit.store.nextDueIn("deliver", everything)).toBeUndefined();
      const dueAt = kit.now() + 5_000;
      await kit.store.touch(subject, dueAt);
      expect(await only()).toMatchObject({ wantedVersion: 2, shownVersion: 1, dueAt, state: "shown" });
      expect(await kit.store.nextDueIn("deliver", everything)).toBe(5_000);
    });

    it("keeps the earlier time when a waiting card is touched", async () => {
      await kit.store.wantMessages([root({ dueAt: 4_000 })]);
      await kit.store.touch(subject, 9_000);
      expect(await only()).toMatchObject({ wantedVersion: 2, dueAt: 4_000 });
      await kit.store.touch(subject, 3_000);
      expect(await only()).toMatchObject({ wantedVersion: 3, dueAt: 3_000 });
    });

    it("does not cut a pause after a failed attempt short", async () => {
      await kit.store.wantMessages([root()]);
      const claimed = await claimMessage(kit.store, "slack:C1");
      if (claimed === undefined) throw new Error("nothing was claimed");
      await kit.store.putOff("deliver", claimed, { afterMs: 30_000, error: "429" });
      await kit.store.touch(subject, kit.now());
      expect(await only()).toMatchObject({ wantedVersion: 2, dueAt: kit.now() + 30_000 });
    });

    it("keeps a touch that comes while the card is being delivered", async () => {
      await kit.store.wantMessages([root()]);
      const claimed = await claimMessage(kit.store, "slack:C1", 60_000);
      if (claimed === undefined) throw new Error("nothing was claimed");
      await kit.store.touch(subject, kit.now() + 5_000);
      await kit.store.finishDelivery(claimed.item, claimed.lease, shown(1));
      expect(await only()).toMatchObject({ wantedVersion: 2, shownVersion: 1, dueAt: kit.now() + 5_000 });
      expect(await dueChannels(kit.store)).toEqual([]);
      kit.advance(5_000);
      expect(await dueChannels(kit.store)).toEqual(["slack:C1"]);
    });

    it("touches only the roots of the current incarnation", async () => {
      await kit.store.changeArtifact(key, undefined, () =>
        change({ artifact: artifact({ incarnation: 2 }) }),
      );
      await kit.store.wantMessages([
        root(),
        root({ incarnation: 2 }),
        root({ incarnation: 2, slot: "operation:1" }),
        root({ subject: subjectOf(sibling(digest("b"))) }),
      ]);
      await kit.store.touch(subject, 5);
      const wanted = (await kit.store.messagesOf(subject)).map((message) => [
        message.incarnation,
        message.slot,
        message.wantedVersion,
      ]);
      expect(wanted).toEqual([
        [1, "root", 1],
        [2, "operation:1", 1],
        [2, "root", 2],
      ]);
    });

    it.each(["gone", "dead"] as const)("does not wake a card that is %s", async (kind) => {
      await kit.store.wantMessages([root()]);
      await settle({ kind, error: "message_not_found" });
      await kit.store.touch(subject, 5);
      expect(await only()).toMatchObject({ state: kind, wantedVersion: 1, lastError: "message_not_found" });
      expect(await dueChannels(kit.store)).toEqual([]);
    });

    it("touches the artifact and its neighbours with a change, and new messages not by their own change", async () => {
      const neighbour = sibling(digest("b"));
      await kit.store.wantMessages([root({ subject: subjectOf(neighbour) })]);
      await kit.store.changeArtifact(key, undefined, () =>
        change({ messages: [root({ dueAt: 8_000 })], touchAt: 7_000, alsoTouch: [neighbour.digest] }),
      );
      expect(await only()).toMatchObject({ wantedVersion: 1, dueAt: 8_000 });
      expect((await kit.store.messagesOf(subjectOf(neighbour)))[0]?.wantedVersion).toBe(2);
      await kit.store.changeArtifact(key, undefined, () => change({ touchAt: 7_000 }));
      expect(await only()).toMatchObject({ wantedVersion: 2, dueAt: 7_000 });
    });

    it("refuses to touch what is no subject", async () => {
      await expect(kit.store.touch("nonsense", 5)).rejects.toThrow("not a subject");
    });
  });
}
