import { afterAll, describe, expect, it } from "vitest";
import { maya as mayaOnTeams, meetTheBot, priya, releases as teamsReleases } from "../support/on-teams.ts";
import { maya, releases, textOf, tomas } from "../support/stage.ts";
import { askForProduction, ben, ola, onStaging, openApprovalStage } from "./with-approvals.ts";

const stage = await openApprovalStage();
afterAll(() => stage.close());
await meetTheBot(stage.teams, mayaOnTeams, priya);

const operationOf = async (id: string) => await stage.bot.store.findOperation(id);
const repliesIn = (ts: string) =>
  stage.world.slack.messages(releases).filter((one) => one.thread_ts === ts && one.ts !== ts);

/** The reference of a call's Approve. */
function approveIn(call: { readonly blocks: unknown }): string {
  return (
    /"acr:approve"[^}]*?"value":"([\w-]+)"/.exec(
      JSON.stringify(call.blocks).replace(/"text":{[^}]*},/g, ""),
    )?.[1] ?? ""
  );
}

async function awaiting(repository: string) {
  const { ts, digest } = await onStaging(stage, repository);
  const { operation, answer } = await askForProduction(stage, repository);
  const card = await stage.card(`${repository}:1`, ({ buttons }) => buttons.includes("acr:approve"));
  return { ts, digest, operation, answer, card };
}

describe("a deploy that needs two approvals", () => {
  it("waits, calls the role by name in the thread and the channel, and names itself in approvals", async () => {
    const { ts, operation, answer } = await awaiting("shop/called");
    expect(answer).toContain("once 2 of approver approve");
    expect(operation).toMatchObject({ state: "awaiting-approval", approvals: { count: 2 } });
    const call = await stage.until(() => repliesIn(ts).find((one) => textOf(one).includes("0 of 2")));
    expect(textOf(call)).toContain(`<@${ola}>`);
    expect(call).toMatchObject({ subtype: "thread_broadcast" });
    const onTeams = await stage.until(() =>
      stage.teams.world
        .messages(teamsReleases)
        .find((one) => one.replyToId !== undefined && JSON.stringify(one.card).includes("0 of 2")),
    );
    expect(JSON.stringify(onTeams.card)).toContain(priya.aadObjectId);
    expect(await stage.command("/acr approvals", ola)).toMatch(
      /Needs your approval:[\s\S]*Deploy shop\/called:1 to production[\s\S]*0 of 2/,
    );
    const mine = await stage.command("/acr approvals");
    expect(mine).toContain("Nothing needs your approval");
    expect(mine).toMatch(/Your requests[\s\S]*shop\/called:1/);
  });

  it("starts once two certainly different people approved, not after one pressed twice", async () => {
    const { card, operation, digest } = await awaiting("shop/two");
    const first = await stage.press(card.ts, "acr:approve", ola);
    expect(first).toMatchObject({ kind: "private" });
    if (first.kind === "private") expect(first.said).toContain("1 of 2");
    const again = await stage.press(card.ts, "acr:approve", ola);
    if (again.kind === "private") expect(again.said).toContain("approved this already");
    await stage.card("shop/two:1", ({ text }) => text.includes("Awaiting approval"));
    expect(await operationOf(operation.id)).toMatchObject({ state: "awaiting-approval" });
    const onTeams = await stage.teams.card("shop/two:1", ({ buttons }) => buttons.includes("approve"));
    // Priya and Ola might be one human for all that anybody has said: their votes do not add up.
    const pressed = await stage.teams.press(onTeams.id, "approve", priya.id);
    expect(pressed.text).toContain("still 1 of 2");
    expect((await operationOf(operation.id))?.state).toBe("awaiting-approval");
    const last = await stage.press(card.ts, "acr:approve", ben);
    if (last.kind === "private") expect(last.said).toContain("it starts now");
    await stage.until(() => stage.tagOf("shop/two", "production") === digest);
    await stage.card("shop/two:1", ({ text }) => text.includes("Live on") && text.includes("production"));
  });

  it("is not approved by who asked for it, on either platform, nor by who lacks the role", async () => {
    const { card, operation } = await awaiting("shop/own");
    const own = await stage.press(card.ts, "acr:approve", maya);
    expect(own).toMatchObject({ kind: "private", said: expect.stringContaining("need the role") });
    const onTeams = await stage.teams.card("shop/own:1", ({ buttons }) => buttons.includes("approve"));
    const other = await stage.teams.press(onTeams.id, "approve", mayaOnTeams.id);
    expect(other.text).toContain("need the role");
    const stranger = await stage.press(card.ts, "acr:approve", tomas);
    expect(stranger).toMatchObject({ said: expect.stringContaining('the role "approver"') });
    expect((await operationOf(operation.id))?.votes).toEqual([]);
    const refusals = (await stage.audit()).filter(
      ({ operationId, outcome }) => operationId === operation.id && outcome === "refused",
    );
    expect(refusals.map(({ what }) => what)).toEqual(["approve", "approve", "approve"]);
  });

  it("ends with one Decline and its reason, and says so in the thread", async () => {
    const { card, ts, operation } = await awaiting("shop/declined");
    const call = await stage.until(() => repliesIn(ts).find((one) => textOf(one).includes("0 of 2")));
    const refused = await stage.press(card.ts, "acr:decline", tomas);
    expect(refused).toMatchObject({ kind: "private" });
    await stage.act(card.ts, "acr:decline", "not on a Friday", ben);
    expect(await operationOf(operation.id)).toMatchObject({
      state: "cancelled",
      outcome: "declined by Ben Okafor: not on a Friday",
    });
    const told = await stage.until(() =>
      repliesIn(ts).find((one) => one.ts !== call.ts && textOf(one).includes("not on a Friday")),
    );
    expect(textOf(told)).toContain(`<@${maya}>`);
    const old = { channel: releases, forge: true, value: approveIn(call) } as const;
    const late = await stage.press(card.ts, "acr:approve", ola, old);
    expect(late).toMatchObject({ said: expect.stringContaining("declined or cancelled") });
    expect(stage.tagOf("shop/declined", "production")).toBeUndefined();
  });

  it("edits its call to how far it is, and to its end, without a button that means nothing any more", async () => {
    const { card, ts } = await awaiting("shop/edited");
    const call = await stage.until(() => repliesIn(ts).find((one) => textOf(one).includes("0 of 2")));
    const callNow = () => repliesIn(ts).find((one) => one.ts === call.ts) ?? call;
    await stage.press(call.ts, "acr:approve", ola);
    await stage.until(() => textOf(callNow()).includes("1 of 2"), "an edited call");
    await stage.press(card.ts, "acr:approve", ben);
    await stage.until(() => !JSON.stringify(callNow().blocks).includes("acr:approve"), "a call that ended");
    expect(textOf(callNow())).toMatch(/approved/i);
  });

  it("may be declined by who asked for it", async () => {
    const { card, operation } = await awaiting("shop/withdrawn");
    await stage.act(card.ts, "acr:decline", undefined, maya);
    expect(await operationOf(operation.id)).toMatchObject({ state: "cancelled" });
  });

  it("takes a vote once, however often Slack sends it", async () => {
    const { card, operation } = await awaiting("shop/replayed");
    const click = { channel: releases, ts: card.ts, actionId: "acr:approve", user: ola };
    const { request } = await stage.world.slack.click(click);
    for (let time = 0; time < 3; time += 1) await stage.world.slack.replay(request);
    expect((await operationOf(operation.id))?.votes).toHaveLength(1);
    const entries = (await stage.audit()).filter(
      ({ operationId, what }) => operationId === operation.id && what === "approve",
    );
    expect(entries).toHaveLength(1);
  });

  it("counts two people who approve at the same moment", async () => {
    const { card, digest } = await awaiting("shop/same-moment");
    const press = (user: string) =>
      stage.world.slack.click({ channel: releases, ts: card.ts, actionId: "acr:approve", user });
    await Promise.all([press(ola), press(ben)]);
    await stage.until(() => stage.tagOf("shop/same-moment", "production") === digest);
    const done = (await stage.bot.store.operationsOfRepository("contoso", "shop/same-moment", 10)).filter(
      ({ target }) => target === "production",
    );
    expect(done).toHaveLength(1);
  });

  it("a vote whose button means nothing here, or is of another channel, changes nothing", async () => {
    const { card, operation } = await awaiting("shop/forged");
    const forged = { channel: releases, ts: card.ts, actionId: "acr:approve", forge: true } as const;
    const unknown = await stage.press(card.ts, "acr:approve", ola, { ...forged, value: "x".repeat(43) });
    expect(unknown).toMatchObject({ said: expect.stringContaining("out of date") });
    expect((await operationOf(operation.id))?.votes).toEqual([]);
  });
});
