import { afterAll, expect, it } from "vitest";
import { releases, textOf, tomas } from "../../support/stage.ts";
import { askForProduction, ben, ola, onStaging, openApprovalStage } from "../with-approvals.ts";

const stage = await openApprovalStage();
afterAll(() => stage.close());
const { slack } = stage.world;

async function awaiting(repository: string) {
  const { ts } = await onStaging(stage, repository);
  await askForProduction(stage, repository);
  await stage.card(`${repository}:1`, ({ buttons }) => buttons.includes("acr:approve"));
  const call = await stage.until(() =>
    slack.messages(releases).find((one) => one.thread_ts === ts && textOf(one).includes("0 of 2")),
  );
  return { ts, call: call.ts };
}

const heardBy = (user: string) => slack.ephemerals().filter((one) => one.user === user);

it("a refusal opens a small modal, on a card and in its thread, and says nothing in the channel", async () => {
  const { ts, call } = await awaiting("shop/refused");
  for (const message of [ts, call]) {
    const pressed = await stage.press(message, "acr:approve", tomas);
    expect(pressed).toMatchObject({
      said: expect.stringContaining('the role "approver"'),
      view: { title: "Not done", close: "Close" },
    });
  }
  expect(heardBy(tomas)).toEqual([]);
});

it("other words go into the thread only where the button's message is a reply in it", async () => {
  const { ts, call } = await awaiting("shop/worded");
  // The card has replies, and is none itself.
  await stage.press(ts, "acr:approve", ola);
  const [inChannel] = heardBy(ola);
  expect(inChannel).toMatchObject({ channel: releases, text: expect.stringContaining("1 of 2") });
  expect(inChannel).not.toHaveProperty("thread_ts");
  await stage.press(call, "acr:approve", ben);
  expect(heardBy(ben)).toMatchObject([{ thread_ts: ts, text: expect.stringContaining("it starts now") }]);
});

it("a refusal whose modal Slack does not open is said all the same", async () => {
  const { call, ts } = await awaiting("shop/unopened");
  const fault = slack.fault({ method: "views.open", status: 200, error: "expired_trigger_id", count: 1 });
  const pressed = await stage.press(call, "acr:approve", tomas);
  fault.release();
  expect(pressed).toMatchObject({ kind: "private", said: expect.stringContaining('the role "approver"') });
  expect(heardBy(tomas)).toMatchObject([{ thread_ts: ts }]);
});
