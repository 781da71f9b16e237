import { afterAll, expect, it } from "vitest";
import { openStage } from "../support/stage.ts";

const stage = await openStage({
  overrides: ({ registry }) => ({
    mode: "notify",
    targets: {},
    registries: {
      contoso: {
        loginServer: registry.loginServer,
        endpoint: registry.url,
        webhook: { secrets: ["$" + "{ACR_WEBHOOK_SECRET}"] },
      },
    },
  }),
});
afterAll(() => stage.close());

it("what came while its registry could not be read is asked about when it can, and is no trouble until then", async () => {
  const { digest } = await stage.push({ repository: "shop/early", tag: "1" });
  const ghost = `sha256:${"e".repeat(64)}`;
  await stage.forge({ action: "push", repository: "shop/ghost", digest: ghost, tag: "1" });
  await stage.card("shop/early:1");
  await stage.card("shop/ghost:1");
  const verificationOf = async (repository: string, of: string) =>
    (await stage.bot.store.findArtifact({ registry: "contoso", repository, digest: of }))?.verification.state;
  expect(await verificationOf("shop/early", digest)).toBe("unverified");
  const ready = await fetch(`${stage.bot.internalAddress}/readyz`);
  expect(await ready.json()).toMatchObject({ checks: { work: { status: "ready" } } });
  await stage.reconfigure({});
  await stage.until(async () => (await verificationOf("shop/early", digest)) === "verified");
  await stage.leap(660_000);
  await stage.until(async () => (await verificationOf("shop/ghost", ghost)) === "mismatched");
  await stage.card("shop/ghost:1", ({ text }) => text.includes("Mismatched"));
});
