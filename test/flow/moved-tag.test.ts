import { afterAll, expect, it } from "vitest";
import { openStage } from "../support/stage.ts";

const stage = await openStage();
afterAll(() => stage.close());

const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");

/** The reference of a card's button as it stands there now. */
function referenceIn(ts: string, actionId: string): string {
  const message = stage.world.slack.messages("C0RELEASES").find((one) => one.ts === ts);
  for (const block of message?.blocks ?? []) {
    const elements: readonly unknown[] = Array.isArray(block.elements) ? block.elements : [];
    for (const element of elements)
      if (typeof element === "object" && element !== null && "action_id" in element && "value" in element)
        if (element.action_id === actionId) return String(element.value);
  }
  throw new Error(`no button ${actionId}`);
}

async function pushed(repository: string, tag = "1.0") {
  const { digest } = await stage.push({ repository, tag });
  const card = await stage.card(`${repository}:${tag}`, deployable);
  return { digest, card };
}

it("refuses the old card's button with help once the tag has moved, and changes nothing", async () => {
  const { card } = await pushed("shop/moved");
  const value = referenceIn(card.ts, "acr:deploy");
  await stage.leap(10_000);
  await stage.push({ repository: "shop/moved", tag: "1.0" });
  await stage.card("shop/moved:1.0", ({ ts, buttons }) => ts !== card.ts && buttons.includes("acr:deploy"));
  const old = await stage.card(
    "shop/moved:1.0",
    ({ ts, text }) => ts === card.ts && text.includes("Replaced"),
  );
  expect(old.buttons).not.toContain("acr:deploy");
  const pressed = await stage.press(card.ts, "acr:deploy", undefined, { value, forge: true });
  expect(pressed).toMatchObject({ kind: "private" });
  if (pressed.kind === "private") expect(pressed.said).toMatch(/has moved[\s\S]*digest/);
  expect(stage.tagOf("shop/moved", "staging")).toBeUndefined();
  expect((await stage.audit())[0]).toMatchObject({ outcome: "refused", rule: "tag" });
});

it("refuses when the tag moves between the click and the submit", async () => {
  const { card } = await pushed("shop/between");
  const pressed = await stage.press(card.ts, "acr:deploy");
  if (pressed.kind !== "dialog") throw new Error(pressed.said);
  await stage.leap(10_000);
  await stage.push({ repository: "shop/between", tag: "1.0" });
  await stage.card("shop/between:1.0", ({ ts }) => ts !== card.ts);
  const submitted = await stage.submit(pressed.view);
  expect(submitted.outcome).toBe("updated");
  expect(JSON.stringify(submitted.delivery?.json)).toContain("has moved since");
  expect(stage.tagOf("shop/between", "staging")).toBeUndefined();
});

it("refuses when the tag moves between the decision and the effect, whatever events have said", async () => {
  const { digest, card } = await pushed("shop/late");
  const other = stage.world.registry.push({ repository: "shop/late", tag: "other" });
  await stage.world.registry.settled();
  // Held back at its first question; meanwhile the tag moves, and the registry's call about it gets lost.
  stage.world.registry.fault({ match: "GET /acr/v1/shop/late/_manifests/", delayMs: 300 });
  const { digest: _digest, ...webhook } = { digest, name: "chatops", serviceUri: "http://127.0.0.1:9/" };
  stage.world.registry.setWebhook(webhook);
  await stage.act(card.ts, "acr:deploy");
  stage.world.registry.setTag("shop/late", "1.0", other.digest);
  const failed = await stage.card("shop/late:1.0", ({ text }) => /failed|Failed/.test(text));
  expect(failed.ts).toBe(card.ts);
  expect(stage.tagOf("shop/late", "staging")).toBeUndefined();
  const [done] = await stage.audit();
  expect(done).toMatchObject({ outcome: "failed", what: "deploy", digest });
  expect(done?.detail).toContain("has moved since");
  const [operation] = await stage.bot.store.operationsOfRepository("contoso", "shop/late", 1);
  expect(operation).toMatchObject({ state: "failed", changed: "no" });
  stage.world.connectBot(stage.bot.publicAddress);
});

it("never deploys other bytes when the registry's answer about the manifest is slow and the tag moves", async () => {
  const { digest, card } = await pushed("shop/slow");
  const other = stage.world.registry.push({ repository: "shop/slow", tag: "other" });
  stage.world.registry.fault({ match: `GET /v2/shop/slow/manifests/${digest}`, delayMs: 300 });
  await stage.act(card.ts, "acr:deploy");
  stage.world.registry.setTag("shop/slow", "1.0", other.digest);
  await stage.until(async () => (await stage.audit())[0]?.outcome !== "allowed");
  expect([digest, undefined]).toContain(stage.tagOf("shop/slow", "staging"));
});

it("refuses a roll back of a target that runs something else since the card was shown", async () => {
  const one = await pushed("shop/back", "1");
  await stage.act(one.card.ts, "acr:deploy");
  await stage.card("shop/back:1", ({ text }) => text.includes("Live on staging"));
  const two = await pushed("shop/back", "2");
  await stage.act(two.card.ts, "acr:deploy");
  const live = await stage.card("shop/back:2", ({ buttons }) => buttons.includes("acr:rollback"));
  const pressed = await stage.press(live.ts, "acr:rollback");
  if (pressed.kind !== "dialog") throw new Error(pressed.said);
  const three = await pushed("shop/back", "3");
  await stage.act(three.card.ts, "acr:deploy");
  await stage.card("shop/back:3", ({ text }) => text.includes("Live on staging"));
  const submitted = await stage.submit(pressed.view);
  expect(submitted.outcome).toBe("updated");
  expect(stage.tagOf("shop/back", "staging")).toBe(three.digest);
});

it("does not deploy by a tag that two pushes claim until the registry has said which holds", async () => {
  const { digest, card } = await pushed("shop/disputed");
  const value = referenceIn(card.ts, "acr:deploy");
  const rival = `sha256:${"d".repeat(64)}`;
  // Nothing can be asked of the registry: the dispute stays.
  stage.world.registry.fault({ match: "* /v2/shop/disputed/", status: 503, count: 500 });
  stage.world.registry.fault({ match: "* /acr/v1/shop/disputed/", status: 503, count: 500 });
  const state = await stage.bot.store.findTag("contoso", "shop/disputed", "1.0");
  await stage.forge({
    action: "push",
    repository: "shop/disputed",
    digest: rival,
    tag: "1.0",
    at: (state?.movedAt ?? 0) - 1_000,
  });
  await stage.until(async () => (await stage.bot.store.findTag("contoso", "shop/disputed", "1.0"))?.disputed);
  const pressed = await stage.press(card.ts, "acr:deploy", undefined, { value, forge: true });
  expect(pressed.kind).toBe("private");
  if (pressed.kind === "private") expect(pressed.said).toContain("Two pushes claim the tag 1.0");
  await stage.card("shop/disputed:1.0", (one) => one.ts === card.ts && !deployable(one));
  stage.world.registry.clearFaults();
  // The registry answers: the first push holds, and the button comes back.
  await stage.card("shop/disputed:1.0", (one) => one.ts === card.ts && deployable(one));
  expect(await stage.bot.store.findTag("contoso", "shop/disputed", "1.0")).toMatchObject({
    digest,
    disputed: false,
  });
});
