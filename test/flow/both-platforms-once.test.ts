import { afterAll, describe, expect, it } from "vitest";
import { isObject } from "../../demo/shared/json-object.ts";
import { actionsIn } from "../../demo/teams/card-parts.ts";
import { general, maya, onTeams, releases } from "../support/on-teams.ts";
import { openStage, maya as slackMaya, releases as slackReleases } from "../support/stage.ts";

const stage = await openStage({ world: { teams: {} } });
afterAll(() => stage.close());
const teams = onTeams(stage);

const saysLive = ({ text }: { readonly text: string }) => text.includes("Live on staging");

async function pushed(repository: string) {
  const { digest } = await stage.push({ repository, tag: "1" });
  const slack = await stage.card(`${repository}:1`, ({ buttons }) => buttons.includes("acr:deploy"));
  const card = await teams.card(`${repository}:1`, ({ buttons }) => buttons.includes("deploy"));
  return { digest, slack, card };
}

const operationsOn = (repository: string) =>
  stage.bot.store.operationsOfRepository("contoso", repository, 20);

/** How often the target's tag was put. */
function effectsOn(repository: string): number {
  return stage.world.registry
    .deliveries()
    .filter((one) => one.action === "push" && one.repository === repository && one.tag === "staging").length;
}

function referenceOf(id: string, verb: string): string {
  const card = teams.world.messages(releases).find((one) => one.id === id)?.card ?? {};
  const data = actionsIn(card).find((action) => action.id === verb)?.data;
  return isObject(data) && typeof data.reference === "string" ? data.reference : "";
}

describe("one wish is one operation", () => {
  it("however impatiently it is clicked and submitted, on both platforms at once", async () => {
    const { slack, card } = await pushed("shop/impatient");
    const twice = { conversation: releases, id: card.id, verb: "deploy", user: maya.id };
    const [one, other] = await teams.world.clickTwice(twice);
    const inSlack = await stage.press(slack.ts, "acr:deploy");
    if (inSlack.kind !== "dialog") throw new Error(inSlack.said);
    await Promise.all([
      teams.submit(one.dialogId ?? ""),
      teams.submit(other.dialogId ?? ""),
      stage.submit(inSlack.view),
    ]);
    await teams.card("shop/impatient:1", saysLive);
    await stage.card("shop/impatient:1", saysLive);
    await stage.world.registry.settled();
    expect(await operationsOn("shop/impatient")).toHaveLength(1);
    expect(effectsOn("shop/impatient")).toBe(1);
  });

  it("when Teams sends the same invoke again, then and later", async () => {
    const { card } = await pushed("shop/repeated");
    const { delivery } = await teams.act(card.id, "deploy");
    if (delivery === undefined) throw new Error("nothing was sent");
    const early = await teams.world.replay(delivery.request);
    await teams.card("shop/repeated:1", saysLive);
    const late = await teams.world.replay(delivery.request);
    expect([early, late].map(({ status, body }) => `${status} ${body}`)).toEqual(["200 ", "200 "]);
    await stage.world.registry.settled();
    expect(await operationsOn("shop/repeated")).toHaveLength(1);
    expect(effectsOn("shop/repeated")).toBe(1);
  });

  it("when a button is pressed whose operation the other platform gave already", async () => {
    const { slack, card } = await pushed("shop/given");
    const leftOpen = await teams.press(card.id, "deploy");
    const old = { reference: referenceOf(card.id, "deploy") };
    await stage.act(slack.ts, "acr:deploy");
    await teams.card("shop/given:1", saysLive);
    const at = { conversation: releases, id: card.id, user: maya.id };
    const late = await teams.world.click({ ...at, forge: "task/fetch", data: old });
    for (const { dialogId } of [leftOpen, late])
      expect(await teams.submit(dialogId ?? "")).toMatchObject({ outcome: "closed" });
    await stage.world.registry.settled();
    expect(await operationsOn("shop/given")).toMatchObject([{ requestedBy: { platform: "slack" } }]);
    expect(effectsOn("shop/given")).toBe(1);
    const allowed = (await stage.audit()).filter(
      (one) => one.repository === "shop/given" && one.outcome === "allowed",
    );
    expect(allowed).toHaveLength(1);
  });

  it("and a new one when the button of the card as it is now is pressed", async () => {
    const { card } = await pushed("shop/again");
    await teams.act(card.id, "deploy");
    const live = await teams.card("shop/again:1", ({ buttons }) => buttons.includes("redeploy"));
    await teams.act(live.id, "redeploy");
    await stage.until(async () =>
      (await operationsOn("shop/again")).every(({ state }) => state === "succeeded"),
    );
    expect((await operationsOn("shop/again")).map(({ kind }) => kind)).toEqual(["redeploy", "deploy"]);
  });
});

describe("a reference that is not of this card", () => {
  it("is refused privately with what is true today, and audited, whatever it is", async () => {
    const { card } = await pushed("shop/forged");
    for (const reference of ["no-such-reference", "A".repeat(190), "../../etc/passwd", "‮<at>all</at>"]) {
      const clicked = await teams.world.click({
        ...{ conversation: releases, id: card.id, user: maya.id },
        ...{ forge: "task/fetch" as const, data: { reference } },
      });
      expect(clicked).toMatchObject({ outcome: "message", status: 200 });
      expect(clicked.text).toContain("out of date. Nothing was changed");
      expect((await stage.audit())[0]).toMatchObject({
        ...{ what: "click", outcome: "refused", rule: "button out of date", person: "Maya Lindqvist" },
        who: { platform: "teams", userId: maya.aadObjectId },
      });
    }
    expect(await operationsOn("shop/forged")).toEqual([]);
  });

  it("is refused when it is of the other platform's card, in both directions", async () => {
    const { slack, card } = await pushed("shop/carried");
    const blocks = stage.world.slack.messages(slackReleases).find(({ ts }) => ts === slack.ts)?.blocks;
    const ofSlack = /"acr:deploy".*?"value":"([\w-]{43})"/.exec(JSON.stringify(blocks))?.[1] ?? "";
    const ofTeams = referenceOf(card.id, "deploy");
    expect(ofSlack).not.toBe("");
    expect(ofTeams).toMatch(/^[\w-]{43}$/);
    expect(ofTeams).not.toBe(ofSlack);
    const inTeams = await teams.world.click({
      ...{ conversation: releases, id: card.id, user: maya.id },
      ...{ forge: "task/fetch" as const, data: { reference: ofSlack } },
    });
    expect(inTeams.text).toContain("out of date");
    const inSlack = await stage.press(slack.ts, "acr:deploy", slackMaya, { value: ofTeams, forge: true });
    expect(inSlack).toMatchObject({ kind: "private", said: expect.stringContaining("out of date") });
    expect(await operationsOn("shop/carried")).toEqual([]);
  });

  it("is refused in another channel of the same team", async () => {
    const { card } = await pushed("shop/moved");
    const reference = referenceOf(card.id, "deploy");
    const said = await teams.say({ conversation: general, user: maya.id, text: "@acr help" });
    const clicked = await teams.world.click({
      ...{ conversation: general, id: (await said.here()).id, user: maya.id },
      ...{ forge: "task/fetch" as const, data: { reference } },
    });
    expect(clicked.text).toContain("out of date");
    expect(await operationsOn("shop/moved")).toEqual([]);
  });

  it("is refused in a submitted dialog, whatever the dialog was", async () => {
    const { card } = await pushed("shop/lied");
    const { dialogId = "" } = await teams.press(card.id, "deploy");
    const forgedData = { reference: "no-such-reference" };
    const lied = await teams.world.submit({ dialogId, user: maya.id, values: {}, forgedData });
    expect(lied).toMatchObject({ outcome: "message" });
    expect(lied.text).toContain("out of date. Nothing was changed");
    expect(await operationsOn("shop/lied")).toEqual([]);
  });
});

it("a card that was edited says so, and one whose image is gone has no buttons in either place", async () => {
  const { digest, slack, card } = await pushed("shop/gone");
  const reference = referenceOf(card.id, "deploy");
  stage.world.registry.delete({ repository: "shop/gone", digest });
  const gone = await teams.card("shop/gone:1", ({ text }) => text.includes("Deleted"));
  expect(gone).toMatchObject({ id: card.id, buttons: [] });
  const inSlack = await stage.card("shop/gone:1", ({ text }) => text.includes("Deleted"));
  expect(inSlack).toMatchObject({ ts: slack.ts, buttons: [] });
  const clicked = await teams.world.click({
    ...{ conversation: releases, id: card.id, user: maya.id },
    ...{ forge: "task/fetch" as const, data: { reference } },
  });
  expect(clicked).toMatchObject({ outcome: "message" });
  expect(clicked.text).toContain("was deleted from the registry");
});
