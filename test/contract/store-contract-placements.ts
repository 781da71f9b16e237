import { describe, expect, it } from "vitest";
import { type PlacementChange, previousDigests } from "../../src/nouns/placement.ts";
import { digest, key, type StorePlace, useStore } from "./store-kit.ts";

/** What runs where, and what can be gone back to. */
export function placementContract(place: StorePlace): void {
  describe("placements", () => {
    const kit = useStore(place);
    const staging = { target: "staging", registry: key.registry, repository: key.repository };
    const changed = (letter: string, at: number, changes: Partial<PlacementChange> = {}) =>
      kit.store.recordPlacement(staging, { digest: digest(letter), at, how: "deploy", ...changes });
    const history = async () => (await kit.store.findPlacement(staging))?.history ?? [];

    it("marks what it runs already as unhealthy, and goes back past it", async () => {
      await changed("a", 1);
      await changed("b", 2);
      await changed("b", 3, { unhealthy: true });
      await changed("b", 4, { unhealthy: true });
      await changed("b", 5, { how: "observed" });
      expect(await history()).toEqual([
        { digest: digest("a"), at: 1, how: "deploy" },
        { digest: digest("b"), at: 2, how: "deploy", unhealthy: true },
      ]);
      await changed("c", 6);
      expect(previousDigests(await kit.store.findPlacement(staging))).toEqual([digest("a")]);
    });

    it("takes the mark off when it is deployed again and well, from then on", async () => {
      await changed("a", 1, { unhealthy: true });
      await changed("a", 2, { how: "redeploy" });
      expect((await history()).at(-1)).toEqual({ digest: digest("a"), at: 2, how: "redeploy" });
      await changed("b", 3);
      expect(previousDigests(await kit.store.findPlacement(staging))).toEqual([digest("a")]);
    });

    it("knows its own unhealthy deploy in what was seen before", async () => {
      await changed("a", 1, { how: "observed" });
      await changed("a", 2, { unhealthy: true, operationId: "1" });
      expect(await history()).toEqual([
        { digest: digest("a"), at: 2, how: "deploy", unhealthy: true, operationId: "1" },
      ]);
    });

    it("lists placements by target, of one or of all", async () => {
      const put = (target: string, repository: string) =>
        kit.store.recordPlacement(
          { target, registry: "contoso", repository },
          { digest: "d", at: 1, how: "deploy" },
        );
      await put("staging", "b");
      await put("production", "c");
      await put("staging", "a");
      const names = async (limit: number, target?: string) =>
        (await kit.store.listPlacements(limit, target)).map((each) => `${each.target}/${each.repository}`);
      expect(await names(10)).toEqual(["production/c", "staging/a", "staging/b"]);
      expect(await names(2)).toEqual(["production/c", "staging/a"]);
      expect(await names(10, "staging")).toEqual(["staging/a", "staging/b"]);
    });
  });
}
