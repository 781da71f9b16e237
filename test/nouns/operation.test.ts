import { describe, expect, it } from "vitest";
import { cardOf, cardsOf } from "../../src/nouns/operation.ts";

describe("the cards that show an operation", () => {
  const old = { registry: "contoso", repository: "shop/a", digest: "sha256:old" } as const;
  const back = { ...old, kind: "rollback" } as const;
  const planned = { digestBefore: "sha256:new" };

  it("are that of its image, and no other", () => {
    const deploy = { ...old, kind: "deploy", digestBefore: "sha256:x", plan: planned } as const;
    expect(cardsOf(deploy)).toEqual([old]);
    expect(cardOf({ ...old, kind: "deploy", expectedCurrent: "sha256:x" })).toEqual(old);
  });

  it("are of a roll back first that of what it takes away", () => {
    const cards = [{ ...old, digest: "sha256:new" }, old];
    expect(cardsOf({ ...back, plan: planned })).toEqual(cards);
    expect(cardsOf({ ...back, digestBefore: "sha256:new" })).toEqual(cards);
    expect(cardsOf({ ...back, expectedCurrent: "sha256:new" })).toEqual(cards);
    expect(cardsOf(back)).toEqual([old]);
  });

  it("begin with the one where it was asked for, whatever its run finds", () => {
    const digests = cardsOf({ ...back, plan: planned, digestBefore: "sha256:other" }).map(
      (card) => card.digest,
    );
    expect(digests).toEqual(["sha256:new", "sha256:other", "sha256:old"]);
  });
});
