import { afterAll, expect, it } from "vitest";
import { cardsIn } from "../support/bot.ts";
import { maya, openStage, releases } from "../support/stage.ts";

const stage = await openStage();
afterAll(() => stage.close());

const deployable = ({ buttons }: { readonly buttons: readonly string[] }) => buttons.includes("acr:deploy");

async function pushed(repository: string) {
  const { digest } = await stage.push({ repository, tag: "1" });
  return { digest, card: await stage.card(`${repository}:1`, deployable) };
}

async function operationsOn(repository: string) {
  return await stage.bot.store.operationsOfRepository("contoso", repository, 20);
}

async function liveCard(repository: string) {
  return await stage.card(`${repository}:1`, ({ text }) => text.includes("Live on staging"));
}

/** How often the target's tag was put. */
function effectsOn(repository: string): number {
  return stage.world.registry
    .deliveries()
    .filter((one) => one.action === "push" && one.repository === repository && one.tag === "staging").length;
}

it("two clicks at once open two dialogs, and both submitted at once are one operation", async () => {
  const { digest, card } = await pushed("shop/twice");
  await stage.world.slack.clickTwice({ channel: releases, ts: card.ts, actionId: "acr:deploy", user: maya });
  const views = await stage.until(() => {
    const open = stage.world.slack.views().filter(({ user }) => user === maya);
    return open.length === 2 && open;
  });
  const submitted = await Promise.all(views.map((view) => stage.submit(view)));
  expect(submitted.map(({ outcome }) => outcome)).toEqual(["closed", "closed"]);
  await liveCard("shop/twice");
  await stage.world.registry.settled();
  expect(await operationsOn("shop/twice")).toMatchObject([{ digest, state: "succeeded" }]);
  expect(effectsOn("shop/twice")).toBe(1);
  const allowed = (await stage.audit()).filter(
    (entry) => entry.outcome === "allowed" && entry.digest === digest,
  );
  expect(allowed).toHaveLength(1);
});

it("the same submission sent again by Slack, then and later, is one operation", async () => {
  const { card } = await pushed("shop/retried");
  const { delivery } = await stage.act(card.ts, "acr:deploy");
  if (delivery === undefined) throw new Error("nothing was sent");
  const again = { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" };
  const early = await stage.world.slack.replay(delivery.request, again);
  await liveCard("shop/retried");
  const late = await stage.world.slack.replay(delivery.request, again);
  expect([early, late].map(({ status, body }) => `${status} ${body}`)).toEqual(["200 ", "200 "]);
  await stage.world.registry.settled();
  expect(await operationsOn("shop/retried")).toHaveLength(1);
  expect(effectsOn("shop/retried")).toBe(1);
});

it("a dialog left open and submitted once more after its button was used is no second operation", async () => {
  const { card } = await pushed("shop/left-open");
  const first = await stage.press(card.ts, "acr:deploy");
  const second = await stage.press(card.ts, "acr:deploy");
  if (first.kind !== "dialog" || second.kind !== "dialog") throw new Error("no dialog");
  await stage.submit(first.view);
  await liveCard("shop/left-open");
  await stage.submit(second.view);
  expect(await operationsOn("shop/left-open")).toHaveLength(1);
});

it("two images for one target at once: one waits for the other, and nothing runs beside it", async () => {
  const one = await pushed("shop/race");
  const { digest: second } = await stage.push({ repository: "shop/race", tag: "2" });
  const two = await stage.card("shop/race:2", deployable);
  const pressed = await stage.press(two.ts, "acr:deploy");
  if (pressed.kind !== "dialog") throw new Error(pressed.said);
  stage.world.registry.fault({ match: "PUT /v2/shop/race/manifests/staging", delayMs: 300 });
  await stage.act(one.card.ts, "acr:deploy");
  expect((await stage.submit(pressed.view)).outcome).toBe("closed");
  await stage.card("shop/race:2", ({ text }) => text.includes("Live on staging"));
  expect(stage.tagOf("shop/race", "staging")).toBe(second);
  const [last, first] = await operationsOn("shop/race");
  expect([first?.digest, last?.digest]).toEqual([one.digest, second]);
  expect(last?.startedAt).toBeGreaterThanOrEqual(first?.finishedAt ?? Number.POSITIVE_INFINITY);
});

it("a reference that no card ever had is answered privately, with the card of now, and audited", async () => {
  const { card } = await pushed("shop/forged");
  for (const value of ["no-such-reference", "A".repeat(1_900), "../../etc/passwd", ""]) {
    const pressed = await stage.press(card.ts, "acr:deploy", maya, { value, forge: true });
    expect(pressed).toMatchObject({ kind: "private" });
    if (pressed.kind === "private") expect(pressed.said).toContain("out of date. Nothing was changed");
    expect((await stage.audit())[0]).toMatchObject({
      what: "click",
      outcome: "refused",
      rule: "button out of date",
    });
  }
  expect(await operationsOn("shop/forged")).toEqual([]);
});

it("a card's real reference means nothing in another channel", async () => {
  const { card } = await pushed("shop/carried");
  const [value] = stage.world.slack
    .messages(releases)
    .filter(({ ts }) => ts === card.ts)
    .map((message) => /"acr:deploy".*?"value":"([^"]+)"/.exec(JSON.stringify(message.blocks))?.[1] ?? "");
  expect(value).toMatch(/^[\w-]{43}$/);
  await stage.world.slack.mention({ channel: "C0PLATFORM", user: maya, text: "help" });
  const [message] = stage.world.slack.messages("C0PLATFORM");
  const more = { value: value ?? "", forge: true, channel: "C0PLATFORM" };
  const pressed = await stage.press(message?.ts ?? "", "acr:deploy", maya, more);
  expect(pressed.kind).toBe("private");
  expect(await operationsOn("shop/carried")).toEqual([]);
});

it("a button of an image that was deleted is answered with that", async () => {
  const { digest, card } = await pushed("shop/deleted");
  const blocks = stage.world.slack.messages(releases).find(({ ts }) => ts === card.ts)?.blocks;
  const value = /"acr:deploy".*?"value":"([^"]+)"/.exec(JSON.stringify(blocks))?.[1] ?? "";
  stage.world.registry.delete({ repository: "shop/deleted", digest });
  await stage.card("shop/deleted:1", ({ text }) => text.includes("Deleted"));
  const pressed = await stage.press(card.ts, "acr:deploy", maya, { value, forge: true });
  expect(pressed.kind).toBe("private");
  if (pressed.kind === "private") expect(pressed.said).toContain("was deleted from the registry");
  expect(cardsIn(stage.world).find(({ ts }) => ts === card.ts)?.buttons).toEqual([]);
});
