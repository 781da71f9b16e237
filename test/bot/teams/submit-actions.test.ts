import { afterAll, describe, expect, it } from "vitest";
import { cast } from "../../../demo/cast.ts";
import { actionsIn } from "../../../demo/teams/card-parts.ts";
import { maya, meetTheBot, onTeams, priya, releases, zoe } from "../../support/on-teams.ts";
import { openStage } from "../../support/stage.ts";
import { askForProduction, onStaging, withApprovals } from "../with-approvals.ts";

// Two people of Slack approve here in the other tests; on Teams Priya alone may.
const stage = await openStage({
  world: { teams: {} },
  overrides: (world) => ({
    ...withApprovals,
    teams: {
      ...{ appId: cast.teams.appId, auth: "managed-identity", groups: false, actions: "submit" },
      ...world.addresses(0).teams,
    },
  }),
});
afterAll(() => stage.close());
const teams = onTeams(stage);
await meetTheBot(teams, maya, priya);

async function awaiting(repository: string) {
  await onStaging(stage, repository);
  const { operation } = await askForProduction(stage, repository);
  const card = await teams.card(`${repository}:1`, ({ buttons }) => buttons.includes("approve"));
  return { operation, card };
}

const votesOf = async (id: string) => (await stage.bot.store.findOperation(id))?.votes ?? [];
const ownChat = (person: { readonly id: string }) =>
  teams.world.messages(teams.world.personalChat(person.id));
const heardBy = (person: { readonly id: string }) => JSON.stringify(ownChat(person));

describe("where Action.Execute does not work", () => {
  it("no card has one, and a press of Approve arrives as a message and counts once", async () => {
    const { operation, card } = await awaiting("shop/pressed");
    const shown = teams.world.messages(releases).find(({ id }) => id === card.id)?.card ?? {};
    expect(actionsIn(shown).map(({ type }) => type)).not.toContain("Action.Execute");
    const pressed = await teams.press(card.id, "approve", priya.id);
    expect(pressed).toMatchObject({ outcome: "sent", status: 200 });
    await teams.world.replay(pressed.request);
    expect(await votesOf(operation.id)).toMatchObject([
      { who: { userId: priya.aadObjectId }, vote: "approve" },
    ]);
    await stage.until(() => heardBy(priya).includes("1 of 2"), "the private word");
    await teams.card("shop/pressed:1", ({ text }) => text.includes("1 of 2"));
  });

  it("nobody approves their own", async () => {
    const { operation, card } = await awaiting("shop/pressed-own");
    await teams.press(card.id, "approve", maya.id);
    await stage.until(() => heardBy(maya).includes("need the role"), "the refusal");
    expect(await votesOf(operation.id)).toEqual([]);
  });

  it("somebody of another tenant, who has no chat with the bot, is told in the channel", async () => {
    const { operation, card } = await awaiting("shop/pressed-foreign");
    await teams.press(card.id, "approve", zoe.id);
    const told = () => teams.repliesTo(card.id).some((said) => said.includes("Only members of this"));
    await stage.until(told, "the words to Zoe");
    expect(ownChat(zoe)).toEqual([]);
    expect(await votesOf(operation.id)).toEqual([]);
  });

  it("Details and what asks open dialogs", async () => {
    const { card, operation } = await awaiting("shop/pressed-details");
    expect(await teams.press(card.id, "details", priya.id)).toMatchObject({ outcome: "dialog" });
    await teams.act(card.id, "decline", "not on a Friday", priya.id);
    expect((await stage.bot.store.findOperation(operation.id))?.outcome).toContain("not on a Friday");
  });

  it("what asks and comes without its dialog does nothing, and says what to do", async () => {
    const { card, operation } = await awaiting("shop/pressed-asking");
    const shown = teams.world.messages(releases).find(({ id }) => id === card.id)?.card ?? {};
    const data = actionsIn(shown).find(({ id }) => id === "decline")?.data;
    const reference = Object(data).reference;
    const click = { conversation: releases, id: card.id, user: priya.id, forge: "Action.Submit" } as const;
    await teams.world.click({ ...click, verb: "none", data: { reference } });
    await stage.until(() => heardBy(priya).includes("opens a dialog"), "the words");
    await teams.world.click({ ...click, verb: "none", data: { reference: "x".repeat(43) } });
    await stage.until(() => heardBy(priya).includes("out of date"), "the refusal");
    expect((await stage.bot.store.findOperation(operation.id))?.state).toBe("awaiting-approval");
  });
});
