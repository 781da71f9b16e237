import { afterAll, describe, expect, it } from "vitest";
import {
  maya as mayaOnTeams,
  meetTheBot,
  priya,
  releases as teamsReleases,
  wordsOf,
} from "../support/on-teams.ts";
import { maya, type Pressed, releases, textOf, tomas } from "../support/stage.ts";
import { onStaging, openApprovalStage } from "./with-approvals.ts";

const stage = await openApprovalStage();
afterAll(() => stage.close());
await meetTheBot(stage.teams, mayaOnTeams, priya);

const newest = async (repository: string) =>
  (await stage.bot.store.operationsOfRepository("contoso", repository, 5)).find(
    ({ target }) => target === "production",
  );

/** The newest private word to somebody that offers to suggest. */
const offerTo = (user: string) =>
  stage.until(() =>
    stage.world.slack
      .ephemerals()
      .findLast((one) => one.user === user && JSON.stringify(one.blocks).includes("acr:suggest")),
  );

const callIn = (repository: string) =>
  stage.until(() =>
    stage.world.slack
      .messages(releases)
      .findLast(
        (one) => JSON.stringify(one.blocks).includes("acr:accept") && textOf(one).includes(repository),
      ),
  );

/** Presses what Tomás lacks the role for, and suggests it in the modal that says so. */
async function suggest(repository: string) {
  const { ts } = await onStaging(stage, repository);
  const pressed = await stage.press(ts, "acr:deploy", tomas);
  return { ts, pressed, submitted: await suggestIn(pressed) };
}

async function suggestIn(pressed: Pressed) {
  if (pressed.view?.submit !== "Suggest it") throw new Error("nothing to suggest");
  return await stage.submit(pressed.view, undefined, tomas);
}

describe("a refusal for a missing role, in Slack", () => {
  it("offers to suggest it, and the suggestion calls those who have the role", async () => {
    const { pressed, ts, submitted } = await suggest("shop/idea");
    expect(submitted.outcome).toBe("updated");
    expect(JSON.stringify(stage.world.slack.views())).toContain("suggested to deployer");
    expect(pressed).toMatchObject({ said: expect.stringContaining('You need the role "deployer"') });
    const call = await callIn("shop/idea");
    expect(call).toMatchObject({ thread_ts: ts });
    expect(textOf(call)).toContain("Tomás Ferreira suggests");
    expect(await newest("shop/idea")).toBeUndefined();
    expect((await stage.audit()).find(({ what }) => what === "suggest")).toMatchObject({
      outcome: "allowed",
      who: { userId: tomas },
      target: "production",
    });
  });

  it("is one suggestion, however often its button is pressed and sent", async () => {
    const { submitted } = await suggest("shop/impatient-idea");
    const request = submitted.delivery?.request;
    if (request === undefined) throw new Error("nothing was sent");
    await Promise.all([1, 2, 3].map(() => stage.world.slack.replay(request)));
    await callIn("shop/impatient-idea");
    const calls = stage.world.slack
      .messages(releases)
      .filter(
        (one) =>
          JSON.stringify(one.blocks).includes("acr:accept") && textOf(one).includes("shop/impatient-idea"),
      );
    expect(calls).toHaveLength(1);
  });

  it("whoever has the role and accepts asks for it; both may not approve it", async () => {
    await suggest("shop/accepted");
    const call = await callIn("shop/accepted");
    const stranger = await stage.press(call.ts, "acr:accept", tomas);
    expect(stranger).toMatchObject({ said: expect.stringContaining("need the role") });
    await stage.act(call.ts, "acr:accept", "good idea", maya);
    expect(await newest("shop/accepted")).toMatchObject({
      requestedBy: { userId: maya },
      suggestedBy: { userId: tomas },
      reason: "good idea",
      state: "awaiting-approval",
    });
    const again = await stage.press(call.ts, "acr:accept", maya).catch((error: Error) => error.message);
    expect(JSON.stringify(again)).toMatch(/asked for it already|no such button/);
  });

  it("a command that lacks the role has the button too", async () => {
    await onStaging(stage, "shop/typed-idea");
    expect(await stage.command("/acr deploy shop/typed-idea:1 to production", tomas)).toContain(
      "need the role",
    );
    const offer = await offerTo(tomas);
    await stage.world.slack.click({ channel: releases, ts: offer.ts, actionId: "acr:suggest", user: tomas });
    await callIn("shop/typed-idea");
    const told = await stage.until(() =>
      stage.world.slack
        .ephemerals()
        .find((one) => one.user === tomas && textOf(one).includes("suggested to")),
    );
    // The private word with the button has become the answer: there is nothing left to press twice.
    expect(JSON.stringify(told.blocks)).not.toContain("acr:suggest");
  });

  it("what the role could not do either is not suggested", async () => {
    const { digest } = await stage.push({ repository: "shop/unstaged", tag: "1" });
    const card = await stage.card("shop/unstaged:1", ({ buttons }) => buttons.includes("acr:deploy:2"));
    const { outcome } = await suggestIn(await stage.press(card.ts, "acr:deploy:2", tomas));
    expect(outcome).toBe("updated");
    const view = stage.world.slack.views().findLast((one) => one.user === tomas);
    expect(JSON.stringify(view?.blocks)).toContain("only after staging");
    expect(digest).not.toBe("");
  });
});

describe("a refusal for a missing role, on Teams", () => {
  it("has its button in a dialog, whose submission suggests", async () => {
    await onStaging(stage, "shop/teams-idea");
    const card = await stage.teams.card("shop/teams-idea:1", ({ text }) => text.includes("Live on staging"));
    const pressed = await stage.teams.press(card.id, "deploy", priya.id);
    expect(pressed.body).toContain("Suggest to deployer");
    const submitted = await stage.teams.submit(pressed.dialogId ?? "", undefined, priya.id);
    expect(submitted).toMatchObject({ text: expect.stringContaining("suggested to deployer") });
    const call = await callIn("shop/teams-idea");
    expect(textOf(call)).toContain("Priya Nair");
    await stage.until(() =>
      stage.teams.world
        .messages(teamsReleases)
        .some((one) => one.replyToId === card.id && wordsOf(one).includes("Priya Nair")),
    );
  });

  it("has its button in the person's own chat, where a command was typed", async () => {
    await onStaging(stage, "shop/chat-idea");
    const conversation = stage.teams.world.personalChat(priya.id);
    const heard = await stage.teams.say({
      conversation,
      user: priya.id,
      text: "deploy shop/chat-idea:1 to production",
    });
    const { id } = await heard.here();
    const pressed = await stage.teams.world.click({ conversation, id, verb: "suggest", user: priya.id });
    expect(pressed.text).toContain("suggested to deployer");
    await callIn("shop/chat-idea");
  });
});

// Last: its clock leaps by hours, and the tokens of the registry's client are over then.
describe("a suggestion", () => {
  it("is over after its time", async () => {
    const { ts } = await suggest("shop/too-late");
    const call = await callIn("shop/too-late");
    stage.clock.advance(5 * 60 * 60_000);
    // Those who are known are read again by now.
    await stage.until(async () => (await stage.command("/acr help")).includes("Your roles: deployer"));
    const late = await stage.press(call.ts, "acr:accept", maya);
    expect(late).toMatchObject({ said: expect.stringContaining("its time has passed") });
    expect(ts).not.toBe("");
    expect(await newest("shop/too-late")).toBeUndefined();
  });
});
