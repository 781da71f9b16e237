import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isObject } from "../../demo/shared/json-object.ts";
import { cardsIn } from "../support/bot.ts";
import { releases, type Stage, textOf } from "../support/stage.ts";
import { askForProduction, ben, ola, onStaging, openApprovalStage } from "./with-approvals.ts";

let stage: Stage;

beforeEach(async () => {
  stage = await openApprovalStage();
});

afterEach(() => stage.close());

const cards = (title: string) => cardsIn(stage.world).filter(({ text }) => text.startsWith(title));

async function shown(repository: string, digest: string) {
  const subject = `contoso/${repository}@${digest}`;
  return await stage.until(async () =>
    (await stage.bot.store.messagesOf(subject)).find(
      ({ state, slot, channel }) =>
        state === "shown" && slot === "root" && channel.startsWith("slack:") && channel.endsWith(releases),
    ),
  );
}

describe("an answer to a post that says nothing certain is doubt, and one card comes of it:", () => {
  it.each([
    ["a page of a proxy", "<html><body>Welcome to the guest network</body></html>"],
    ["a word of a proxy", "Forbidden"],
    ["JSON that was cut", '{"ok":true,"channel":"C0RELE'],
    ["nothing", ""],
    ["a yes without the message's ts", '{"ok":true}'],
    ["an error that nobody knows", '{"ok":false,"error":"surprised_elephant"}'],
  ])("%s, after the post was made", async (_what, body) => {
    stage.world.slack.fault({ method: "chat.postMessage", status: 200, body, mode: "after" });
    const { digest } = await stage.push({ repository: "shop/strange", tag: "1" });
    const { externalId } = await shown("shop/strange", digest);
    expect(cards("shop/strange:1").map(({ ts }) => ts)).toEqual([externalId]);
  });

  it("a yes without a ts, of a post that was never made", async () => {
    stage.world.slack.fault({ method: "chat.postMessage", status: 200, body: '{"ok":true}' });
    const { digest } = await stage.push({ repository: "shop/unmade", tag: "1" });
    const { externalId } = await shown("shop/unmade", digest);
    expect(cards("shop/unmade:1").map(({ ts }) => ts)).toEqual([externalId]);
  });

  it("none, and the post comes into the channel 40 s later", async () => {
    stage.world.slack.fault({ method: "chat.postMessage", status: 0 });
    const { digest } = await stage.push({ repository: "shop/late", tag: "1" });
    const lost = await stage.until(() => stage.world.slack.calls("chat.postMessage").at(-1));
    await stage.until(() => stage.clock.now() >= lost.at + 40_000);
    await acceptLate(lost.body);
    const { externalId } = await shown("shop/late", digest);
    expect(cards("shop/late:1").map(({ ts }) => ts)).toEqual([externalId]);
  });
});

/** What Slack had all the time, and now makes a message of. */
async function acceptLate(body: unknown): Promise<void> {
  if (!isObject(body)) throw new Error("no post");
  const client = new WebClient(stage.world.secrets.slackToken, { slackApiUrl: stage.world.slack.apiUrl });
  await client.apiCall("chat.postMessage", body);
}

it("a call for approval whose answer was lost loses its buttons, though it was approved while in doubt", async () => {
  const { ts } = await onStaging(stage, "shop/doubtful");
  const calls = () =>
    stage.world.slack
      .messages(releases)
      .filter((one) => one.thread_ts === ts && one.subtype === "thread_broadcast");
  const lost = stage.world.slack.fault({ method: "chat.postMessage", status: 0, mode: "after" });
  const { operation } = await askForProduction(stage, "shop/doubtful");
  await stage.until(() => lost.remaining() === 0 && calls().length > 0);
  const card = await stage.card("shop/doubtful:1", ({ buttons }) => buttons.includes("acr:approve"));
  for (const who of [ola, ben]) await stage.press(card.ts, "acr:approve", who);
  await stage.until(async () => (await stage.bot.store.findOperation(operation.id))?.state === "succeeded");
  const call = await stage.until(() => {
    const [first] = calls();
    return first !== undefined && !JSON.stringify(first.blocks).includes("acr:approve") && first;
  });
  expect(textOf(call)).toContain("pproved");
  expect(calls().filter((one) => JSON.stringify(one.blocks).includes("acr:approve"))).toEqual([]);
});
