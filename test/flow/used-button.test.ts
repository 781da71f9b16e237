import { expect, it } from "vitest";
import { maya, openStage, tomas } from "../support/stage.ts";

it("a button that was used says to somebody without the role that they may not, and the audit keeps it", async () => {
  const stage = await openStage();
  try {
    const { digest } = await stage.push({ repository: "shop/used", tag: "1" });
    const card = await stage.card("shop/used:1", ({ buttons }) => buttons.includes("acr:deploy"));
    const pressed = await stage.press(card.ts, "acr:deploy", maya);
    if (pressed.kind === "private") throw new Error(pressed.said);
    await stage.submit(pressed.view);
    await stage.until(() => stage.tagOf("shop/used", "staging") === digest);
    await stage.command("/acr help", tomas);
    await stage.bot.store.recordRequest(await requestOf(tomas));
    const refused = await stage.until(async () =>
      (await stage.audit()).find(({ outcome, who }) => outcome === "refused" && who?.userId === tomas),
    );
    expect(refused).toMatchObject({ what: "deploy", rule: "targets.staging.allow.deploy", digest });
    expect(await stage.bot.store.listOperations(10)).toHaveLength(1);

    async function requestOf(userId: string) {
      const { view } = pressed as Extract<typeof pressed, { kind: "dialog" }>;
      const [first] = await stage.bot.store.listOperations(1);
      return {
        id: "slack:somebody-else",
        who: { platform: "slack", tenant: first?.requestedBy.tenant ?? "", userId, name: userId },
        buttonReference: view.private_metadata,
        order: { kind: "deploy", registry: "contoso", repository: "shop/used", digest, target: "staging" },
        at: stage.clock.now(),
      } as const;
    }
  } finally {
    await stage.close();
  }
});
