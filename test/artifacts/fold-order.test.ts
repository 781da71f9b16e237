import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sighting } from "../../src/nouns/registry-event.ts";
import { aSighting, digestA, digestB, foldAll, start } from "./sightings.ts";

/** The facts that must not depend on the order of arrival; which arrival came first is itself of that order. */
function factsAfter(sightings: readonly Sighting[]) {
  const { artifacts, tags } = foldAll(sightings);
  const facts = [...artifacts.values()].map(
    ({ firstSeenAt, incarnation, regions, replacedDigest, ...lasting }) => ({
      ...lasting,
      regions: regions.map(({ region }) => region).sort(),
    }),
  );
  return {
    facts: facts.sort((one, other) => one.digest.localeCompare(other.digest)),
    tags: [...tags.values()]
      .map(({ tag, digest, disputed }) => ({ tag, digest, disputed }))
      .sort((one, other) => one.tag.localeCompare(other.tag)),
  };
}

// Far enough apart that no two pushes race (`tagRaceMs`); copies of one event share its time.
const anEvent = fc.record({
  action: fc.constantFrom("push" as const, "quarantine" as const),
  digest: fc.constantFrom(digestA, digestB),
  tag: fc.constantFrom("1.4.2", "latest"),
  slot: fc.integer({ min: 0, max: 20 }),
});
const copies = fc.array(
  fc.record({
    way: fc.constantFrom("webhook" as const, "eventgrid" as const),
    region: fc.constantFrom("westeurope", "eastus", ""),
  }),
  { minLength: 1, maxLength: 3 },
);
const aStory = fc
  .uniqueArray(fc.tuple(anEvent, copies), { selector: ([{ slot }]) => slot, minLength: 1, maxLength: 5 })
  .map((events) =>
    events.flatMap(([{ slot, ...event }, arrivals]) =>
      arrivals.map((arrival, index) =>
        aSighting(
          { ...event, id: `e${slot}`, after: slot * 10_000, userAgent: `agent ${slot}` },
          { ...arrival, receivedAt: slot * 10_000 + index },
        ),
      ),
    ),
  );

describe("folding", () => {
  it("gives the same facts and the same tag in whatever order the same sightings arrive", () => {
    const shuffled = aStory.chain((story) =>
      fc.tuple(
        fc.constant(story),
        fc.shuffledSubarray(story, { minLength: story.length, maxLength: story.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([story, other]) => {
        expect(factsAfter(other)).toEqual(factsAfter(story));
      }),
      { numRuns: 500 },
    );
  });

  it("gives the same when copies of sightings come again and again", () => {
    fc.assert(
      fc.property(aStory, (story) => {
        expect(factsAfter([...story, ...story, ...story].reverse())).toEqual(factsAfter(story));
      }),
    );
  });

  it("ends every story with each tag where the newest push of it put it", () => {
    fc.assert(
      fc.property(aStory, (story) => {
        const { tags } = foldAll(story.toReversed());
        for (const tag of ["1.4.2", "latest"]) {
          const [newest] = story
            .filter(({ event }) => event.action === "push" && event.tag === tag)
            .sort((one, other) => other.event.occurredAt - one.event.occurredAt);
          expect(tags.get(tag)?.digest).toBe(newest?.event.digest);
        }
      }),
    );
  });

  it("disputes a tag that two pushes claim within the clocks' difference, in either order", () => {
    const gap = fc.integer({ min: 1, max: 4_999 });
    fc.assert(
      fc.property(gap, (after) => {
        const pair = [
          aSighting({ id: "e1", tag: "1" }),
          aSighting({ id: "e2", tag: "1", digest: digestB, after }),
        ];
        for (const order of [pair, pair.toReversed()])
          expect(foldAll(order).tags.get("1")).toMatchObject({ digest: digestB, disputed: true });
      }),
    );
  });

  it("lets an older claim that comes late not win over the newest push of another digest", () => {
    const story = [
      aSighting({ id: "e1", tag: "1" }),
      aSighting({ id: "e3", tag: "1", after: 20_000 }),
      aSighting({ id: "e2", tag: "1", digest: digestB, after: 10_000 }),
    ];
    expect(foldAll(story).tags.get("1")?.digest).toBe(digestA);
  });

  it("ends with an image deleted only if that happened last, in whatever order it is told", () => {
    const events = fc.uniqueArray(
      fc.record({
        action: fc.constantFrom("push" as const, "delete" as const),
        slot: fc.integer({ min: 0, max: 20 }),
      }),
      { selector: ({ slot }) => slot, minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(events, (told) => {
        const story = told.map(({ action, slot }, at) =>
          aSighting({ action, id: `e${slot}`, after: slot * 10_000 }, { receivedAt: start + 300_000 + at }),
        );
        const newest = told.toSorted((one, other) => other.slot - one.slot)[0];
        const [artifact] = foldAll(story).artifacts.values();
        expect(artifact?.deletedAt !== undefined).toBe(newest?.action === "delete");
        expect(artifact?.eventId).toBe(`e${newest?.slot}`);
      }),
    );
  });
});
