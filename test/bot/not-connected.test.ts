import { afterEach, expect, it } from "vitest";
import { openStage, type Stage } from "../support/stage.ts";

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

it("what was recorded before Slack is connected is not refused for that, and happens once it is", async () => {
  const away = { method: "auth.test", status: 503, count: 4 } as const;
  stage = await openStage({
    overrides: (world) => {
      world.slack.fault(away);
      return {};
    },
  });
  const { bot } = stage;
  const { digest } = await stage.push({ repository: "shop/early", tag: "1" });
  await stage.until(
    async () =>
      (await bot.store.findArtifact({ registry: "contoso", repository: "shop/early", digest }))?.verification
        .state === "verified",
  );
  const who = { platform: "slack", tenant: "T0DEMO0001", userId: "U0MAYA0001", name: "maya" } as const;
  const wish = {
    kind: "deploy",
    registry: "contoso",
    repository: "shop/early",
    digest,
    target: "staging",
  } as const;
  await bot.store.recordRequest({ id: "slack:early", who, order: wish, at: stage.clock.now() - 60_000 });
  await stage.until(() => stage?.tagOf("shop/early", "staging") === digest);
  const outcomes = (await stage.audit()).map(({ outcome }) => outcome);
  expect(outcomes).not.toContain("refused");
  expect(outcomes).not.toContain("failed");
});
