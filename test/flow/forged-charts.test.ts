import { afterAll, describe, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { openStage, releases } from "../support/stage.ts";

const stage = await openStage();
afterAll(() => stage.close());

const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");
const chart = { name: "PAY HERE evil.example", version: "1.0.0" };

function shown(): string {
  return JSON.stringify(stage.world.slack.messages(releases));
}

describe("a forged chart event", () => {
  it.each(["chart_delete", "chart_push"] as const)(
    "%s with the digest of a confirmed image neither closes it nor raises an alarm with the forger's text",
    async (action) => {
      const repository = `shop/${action.replace("_", "-")}`;
      const { digest } = await stage.push({ repository, tag: "1" });
      const card = await stage.card(`${repository}:1`, deployable);
      await stage.act(card.ts, "acr:deploy");
      await stage.card(`${repository}:1`, ({ text }) => text.includes("Live on staging"));
      const before = await stage.bot.store.findArtifact({ registry: "contoso", repository, digest });
      await stage.forge({ action, repository, digest, tag: "evil-1.0.0.tgz", chart });
      const key = { registry: "contoso", repository, digest };
      await stage.until(async () =>
        (await stage.bot.store.happeningsOf(key, 50)).some(({ what }) => what.includes("no Helm chart")),
      );
      await stage.leap(120_000);
      await stage.push({ repository: `${repository}-after`, tag: "1" });
      await stage.card(`${repository}-after:1`, deployable);
      const after = await stage.bot.store.findArtifact(key);
      expect(after).toMatchObject({ kind: "image", verification: { state: "verified" } });
      expect({ ...after, verification: "" }).toEqual({ ...before, verification: "" });
      expect(shown()).not.toContain("PAY HERE");
      expect(cardsIn(stage.world).find(({ ts }) => ts === card.ts)?.text).toContain("Live on staging");
    },
  );

  it("of a chart that the registry does not have is asked about until it is denied for good", async () => {
    const digest = `sha256:${"d".repeat(64)}`;
    await stage.forge({ action: "chart_push", repository: "shop/charts", digest, tag: "x-1.tgz", chart });
    const key = { registry: "contoso", repository: "shop/charts", digest };
    await stage.until(async () =>
      (await stage.bot.store.happeningsOf(key, 50)).some(({ step }) => step === "verify"),
    );
    await stage.leap(660_000);
    await stage.until(
      async () => (await stage.bot.store.findArtifact(key))?.verification.state === "mismatched",
    );
  });
});
