import { describe, expect, it } from "vitest";
import { type ArtifactKey, subjectOf } from "../../src/nouns/artifact.ts";
import { claimMessage } from "./claim-work.ts";
import { digest, type StorePlace, useStore } from "./store-kit.ts";
import { artifact, change, root, sibling } from "./store-samples.ts";

/** Cards that no registry has confirmed: behind the others, and so many an hour. */
export function unconfirmedContract(place: StorePlace): void {
  describe("unconfirmed cards", () => {
    const kit = useStore(place);
    const channel = "slack:C1";

    async function want(key: ArtifactKey, isSure: boolean): Promise<string> {
      const subject = subjectOf(key);
      const verification = isSure
        ? ({ state: "verified", at: 1 } as const)
        : ({ state: "unverified" } as const);
      await kit.store.changeArtifact(key, undefined, () =>
        change({ artifact: artifact({ ...key, verification }), messages: [root({ subject })] }),
      );
      kit.advance(1);
      return subject;
    }
    async function claimed() {
      const one = await claimMessage(kit.store, channel, 60_000, 10);
      if (one === undefined) throw new Error("nothing was claimed");
      return one;
    }
    const line = (since: number) =>
      ({ channel, subject: `contoso/unconfirmed@${since}`, incarnation: 1, slot: "held:hour" }) as const;

    it("go behind those that the registry has confirmed, and before them once it has confirmed them too", async () => {
      const [early, late] = [sibling(digest("a")), sibling(digest("b"))];
      const forged = await want(early, false);
      const real = await want(late, true);
      const first = await claimed();
      expect(first.item.subject).toBe(real);
      await kit.store.putOff("deliver", first, { afterMs: 0 });
      await want(early, true);
      expect((await claimed()).item.subject).toBe(forged);
    });

    it("find so many places, of one registry in one channel, and keep the one that they have", async () => {
      const within = { since: kit.now(), most: 2, at: kit.now() };
      const subjects: string[] = [];
      for (const letter of ["a", "b", "c", "d"]) subjects.push(await want(sibling(digest(letter)), false));
      const elsewhere = await want({ ...sibling(digest("e")), registry: "fabrikam" }, false);
      const answers: Record<string, boolean> = {};
      for (let at = 0; at < 5; at += 1) {
        const one = await claimed();
        for (const _ of [1, 2])
          answers[one.item.subject] = await kit.store.countIn(one.item, one.lease, within);
      }
      const told = subjects.map((subject) => answers[subject]);
      expect([...told, answers[elsewhere]]).toEqual([true, true, false, false, true]);
      expect(await kit.store.countIn({ ...root(), subject: subjects[0] ?? "" }, "no lease", within)).toBe(
        false,
      );
    });

    it("that find none are held, all that wait at once, with one line; a touch brings one back", async () => {
      const since = kit.now();
      const subjects: string[] = [];
      for (const letter of ["a", "b", "c"]) subjects.push(await want(sibling(digest(letter)), false));
      const other = await want({ ...sibling(digest("d")), registry: "fabrikam" }, false);
      const real = await want(sibling(digest("e")), true);
      const sure = await claimed();
      expect(sure.item.subject).toBe(real);
      const one = await claimed();
      const held = {
        kind: "held",
        version: one.item.wantedVersion,
        line: { ...line(since), dueAt: kit.now() },
      } as const;
      expect(await kit.store.finishDelivery(one.item, one.lease, held)).toBe(true);
      expect(await kit.store.countHeld(channel, "contoso", since)).toBe(3);
      expect(await kit.store.countHeld(channel, "fabrikam", since)).toBe(0);
      const left = [await claimed(), await claimed()].map(({ item }) => item.subject);
      expect(left.sort()).toEqual([line(since).subject, other].sort());
      expect(await claimMessage(kit.store, channel, 1, 10)).toBeUndefined();
      await want(sibling(digest("b")), true);
      await kit.store.touch(subjects[1] ?? "", kit.now());
      const back = await claimed();
      expect(back.item).toMatchObject({ subject: subjects[1], state: "waiting" });
      const shown = { kind: "shown", version: 9, hash: "h", externalId: "1" } as const;
      await kit.store.finishDelivery(back.item, back.lease, shown);
      expect(await kit.store.countHeld(channel, "contoso", since)).toBe(2);
    });

    it("that wait for an answer are due then, or when they are touched, also while they are looked at", async () => {
      await want(sibling(digest("a")), false);
      const one = await claimed();
      const held = { kind: "held", version: one.item.wantedVersion, until: kit.now() + 1_000 } as const;
      await kit.store.touch(one.item.subject, kit.now());
      await kit.store.finishDelivery(one.item, one.lease, held);
      const again = await claimed();
      await kit.store.finishDelivery(again.item, again.lease, { ...held, version: again.item.wantedVersion });
      expect(await claimMessage(kit.store, channel, 1, 10)).toBeUndefined();
      kit.advance(1_000);
      expect((await claimed()).item.subject).toBe(one.item.subject);
    });
  });
}
