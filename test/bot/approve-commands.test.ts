import { afterAll, describe, expect, it } from "vitest";
import { maya as mayaOnTeams, meetTheBot, priya, releases as teamsReleases } from "../support/on-teams.ts";
import { maya, releases, tomas } from "../support/stage.ts";
import { askForProduction, ben, ola, onStaging, openApprovalStage } from "./with-approvals.ts";

const stage = await openApprovalStage();
afterAll(() => stage.close());
await meetTheBot(stage.teams, mayaOnTeams, priya);

const operationOf = async (id: string) => await stage.bot.store.findOperation(id);

async function awaiting(repository: string) {
  const { digest } = await onStaging(stage, repository);
  return { digest, ...(await askForProduction(stage, repository)) };
}

async function declineAll() {
  for (const { id } of await stage.bot.store.listAwaiting(50)) await stage.command(`/acr decline ${id}`, ola);
}

describe("approve", () => {
  it("by the target counts as a press of the button does, once for each person, and starts it", async () => {
    const { operation, digest } = await awaiting("shop/typed");
    expect(await stage.command("/acr approve production", ola)).toContain("1 of 2");
    expect(await stage.command("/acr approve Production.", ola)).toContain("approved this already");
    expect((await operationOf(operation.id))?.votes).toMatchObject([
      { who: { userId: ola }, vote: "approve" },
    ]);
    expect(await stage.command(`/acr approve ${operation.id.slice(0, 8)}`, ben)).toContain("it starts now");
    await stage.until(() => stage.tagOf("shop/typed", "production") === digest);
    expect(await stage.command("/acr approve production", ola)).toContain(
      "Nothing needs approval on production",
    );
    expect(await stage.command(`/acr approve ${operation.id}`, ola)).toContain("does not wait for approval");
  });

  it("of one's own request, or without the role, is refused and written down", async () => {
    const { operation } = await awaiting("shop/typed-own");
    for (const user of [maya, tomas])
      expect(await stage.command("/acr approve production", user)).toContain('the role "approver"');
    const said = await stage.teams.say({
      conversation: stage.teams.world.personalChat(mayaOnTeams.id),
      user: mayaOnTeams.id,
      text: "approve production",
    });
    expect(await said.privately()).toContain('the role "approver"');
    expect((await operationOf(operation.id))?.votes).toEqual([]);
    const audited = (await stage.audit()).filter((entry) => entry.operationId === operation.id);
    expect(audited.filter(({ what }) => what === "approve").map(({ outcome }) => outcome)).toEqual(
      Array(3).fill("refused"),
    );
    await declineAll();
  });

  it("asks which one where several wait, and takes one message for one vote", async () => {
    const one = await awaiting("shop/typed-one");
    const two = await awaiting("shop/typed-two");
    const said = await stage.command("/acr approve production", ola);
    for (const { operation } of [one, two]) expect(said).toContain(`/acr approve ${operation.id}`);
    expect((await stage.bot.store.listAwaiting(9)).flatMap(({ votes }) => votes)).toEqual([]);
    const ts = "1795966970.000100";
    const mention = {
      ...{ user: ola, channel: releases, ts, team: stage.world.slack.team.id },
      text: `<@${stage.world.slack.bot.userId}> approve ${one.operation.id}`,
    };
    for (const eventId of ["Ev0101", "Ev0102"])
      await stage.world.slack.event("app_mention", mention, { eventId });
    await stage.until(async () => (await operationOf(one.operation.id))?.votes.length === 1);
    expect((await operationOf(two.operation.id))?.votes).toEqual([]);
    const votes = (await stage.audit()).filter(
      ({ operationId, what, outcome }) =>
        operationId === one.operation.id && what === "approve" && outcome === "allowed",
    );
    expect(votes).toHaveLength(1);
    await declineAll();
  });

  it.each([
    ["approve", "Which target?"],
    ["approve moon", "I don't know a target or reference"],
    ["approve 0123456789ab", "Nothing needs approval under the reference"],
    ["approve production staging", "I don't know what to do with"],
    ["approve production --plan", "no option"],
    ["approve production --when-possible", "no option"],
  ])("%s is refused", async (typed, words) => {
    expect(await stage.command(`/acr ${typed}`, ola)).toContain(words);
  });

  it("in a channel of Teams is answered in private", async () => {
    const { operation } = await awaiting("shop/typed-teams");
    const heard = await stage.teams.say({
      conversation: teamsReleases,
      user: priya.id,
      text: "@acr approve production",
    });
    expect(await heard.privately()).toContain("1 of 2");
    expect((await operationOf(operation.id))?.votes).toMatchObject([{ who: { platform: "teams" } }]);
    await declineAll();
  });
});

describe("decline and cancel", () => {
  it("decline takes its reason without because", async () => {
    const { operation } = await awaiting("shop/typed-declined");
    expect(await stage.command("/acr decline production not on a Friday", ben)).toContain("declined");
    expect(await operationOf(operation.id)).toMatchObject({
      state: "cancelled",
      outcome: "declined by Ben Okafor: not on a Friday",
    });
  });

  it("cancel stops what waits, for who asked for it, with a reason behind because alone", async () => {
    const { operation } = await awaiting("shop/typed-cancelled");
    expect(await stage.command("/acr cancel production wrong one")).toContain("because wrong one");
    expect((await operationOf(operation.id))?.state).toBe("awaiting-approval");
    expect(await stage.command("/acr cancel production", tomas)).toContain("need the role");
    expect(await stage.command("/acr cancel production because it was the wrong one")).toContain("cancelled");
    expect(await operationOf(operation.id)).toMatchObject({
      state: "cancelled",
      outcome: "cancelled by Maya Lindqvist: it was the wrong one",
    });
    expect(await stage.command("/acr cancel production")).toContain(
      "Nothing is waiting or running on production",
    );
  });
});

it("help names approve and decline to approvers alone", async () => {
  expect(await stage.command("/acr help", ola)).toContain("/acr approve");
  expect(await stage.command("/acr help", tomas)).not.toContain("/acr approve");
  expect(await stage.command("/acr help", tomas)).toContain("/acr cancel");
});
