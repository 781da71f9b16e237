import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  currentOf,
  type Placement,
  type PlacementChange,
  placementKey,
  previousDigests,
} from "../../src/nouns/placement.ts";

const key = { target: "staging", registry: "contoso", repository: "shop/checkout" };

/** `A B! -C ?D`: A deployed, B deployed and unhealthy, rolled back to C, D observed. */
function placementOf(story: string): Placement {
  return { ...key, history: story.split(" ").filter(Boolean).map(changeOf) };
}

function changeOf(word: string, at: number): PlacementChange {
  const digest = word.replace(/[-?!]/g, "");
  const how = word.startsWith("-") ? "rollback" : word.startsWith("?") ? "observed" : "deploy";
  return { digest, at, how, ...(word.endsWith("!") ? { unhealthy: true } : {}) };
}

describe("what a placement runs", () => {
  it("is the newest change; nothing where nothing is known", () => {
    expect(currentOf(undefined)).toBeUndefined();
    expect(currentOf(placementOf(""))).toBeUndefined();
    expect(currentOf(placementOf("A B"))?.digest).toBe("B");
    expect(placementKey(key)).toBe("staging/contoso/shop/checkout");
  });
});

describe("what it can go back to", () => {
  it.each([
    ["nothing known", "", ""],
    ["one digest only", "A", ""],
    ["two", "A B", "A"],
    ["many, newest first", "A B C", "B A"],
    ["the same one again", "A B B", "A"],
    ["back by a deploy, which takes nothing off", "A B A", "B"],
    ["after a roll back, not what was rolled back from", "A B -A", ""],
    ["after two of three", "A B C -B -A", ""],
    ["after one of three", "A B C -B", "A"],
    ["after a roll back over two", "A B C -A", ""],
    ["after a roll back and a new deploy", "A B -A C", "A"],
    ["after a roll back to what was never seen there", "A B -C", "A"],
    ["what was rolled back from and deployed again", "A B -A B", "A"],
    ["not what never was well", "A B! C", "A"],
    ["from what is not well", "A B!", "A"],
    ["from a roll back that is not well", "A B C -B!", "A"],
    ["what was not well at first", "A! A B", "A"],
    ["what somebody else put there", "A ?B C", "B A"],
    ["after somebody else went back", "A B ?A", "B"],
  ])("%s: %s", (_what, story, expected) => {
    expect(previousDigests(placementOf(story)).join(" ")).toBe(expected);
  });

  it("of nothing is nothing", () => {
    expect(previousDigests(undefined)).toEqual([]);
  });

  const story = fc
    .array(
      fc.tuple(
        fc.constantFrom("", "", "", "-", "?"),
        fc.constantFrom("A", "B", "C", "D", "E"),
        fc.constantFrom("", "", "!"),
      ),
      { maxLength: 30 },
    )
    .map((words) => placementOf(words.map((word) => word.join("")).join(" ")));

  it("is never what runs, never twice the same, and always something that was well there once", () => {
    fc.assert(
      fc.property(story, (placement) => {
        const back = previousDigests(placement);
        expect(back).not.toContain(currentOf(placement)?.digest);
        expect(new Set(back).size).toBe(back.length);
        for (const digest of back)
          expect(placement.history.some((one) => one.digest === digest && one.unhealthy === undefined)).toBe(
            true,
          );
      }),
    );
  });

  it("never goes to and fro: roll back after roll back comes to an end, and to no digest twice", () => {
    fc.assert(
      fc.property(story, fc.boolean(), (placement, isWell) => {
        const seen = [currentOf(placement)?.digest];
        let now = placement;
        for (let digest = previousDigests(now)[0]; digest !== undefined; digest = previousDigests(now)[0]) {
          expect(seen).not.toContain(digest);
          seen.push(digest);
          const back: PlacementChange = { digest, at: now.history.length, how: "rollback" };
          now = { ...now, history: [...now.history, isWell ? back : { ...back, unhealthy: true }] };
        }
      }),
    );
  });
});
