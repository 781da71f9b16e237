import { expect, it, onTestFinished } from "vitest";
import { createSlackWorkspace } from "../../../demo/slack/workspace.ts";
import type { OutgoingMessage } from "../../../src/bot/deliver/channel-port.ts";
import { createPace } from "../../../src/bot/pace.ts";
import { createPatientCall } from "../../../src/bot/patient-call.ts";
import { createHistoryRight } from "../../../src/bot/slack/history-right.ts";
import { createSlackChannel } from "../../../src/bot/slack/slack-channel.ts";
import { systemClock } from "../../../src/work/clock.ts";
import { allScopes, clientFor, defaults, token } from "../../demo/slack-tiny-bot.ts";
import { aCard } from "../../support/a-card.ts";
import { createLogLines } from "../../support/log-lines.ts";

const started = Date.now();
const lost: OutgoingMessage = {
  id: "m1",
  channel: "slack:C0RELEASES",
  content: { kind: "card", card: aCard() },
};

async function open(scopes = allScopes) {
  let at = started;
  const workspace = await createSlackWorkspace({ ...defaults, tokens: [{ token, scopes }], now: () => at });
  onTestFinished(() => workspace.close());
  const client = clientFor(workspace);
  const lines = createLogLines();
  const pace = createPace(Date.now);
  // The test asks often; how often is another test's.
  const generous = { ...pace, peek: async () => 0, take: async () => 0 };
  const callPatiently = createPatientCall({
    pace: generous,
    clock: systemClock,
    signal: new AbortController().signal,
  });
  const history = createHistoryRight({ isWanted: true, log: lines.log });
  const port = createSlackChannel({ client, history, pace: generous, callPatiently });
  const chatter = async (count: number, seconds: number) => {
    for (let said = 0; said < count; said += 1) {
      at += (seconds * 1_000) / count;
      await client.chat.postMessage({ channel: "C0RELEASES", text: `chatter ${said}` });
    }
  };
  return { workspace, port, lines, history, chatter };
}

it("a lost post is found among the messages of its minutes, however many were written since", async () => {
  const { port, chatter, workspace } = await open();
  const { externalId } = await port.post(lost);
  await chatter(900, 300);
  await chatter(500, 3 * 3_600);
  const before = workspace.calls("conversations.history").length;
  expect(await port.findPosted(lost, started)).toEqual({ kind: "posted", externalId });
  expect(workspace.calls("conversations.history").length - before).toBeLessThanOrEqual(6);
  expect(await port.findPosted({ ...lost, id: "never" }, started)).toEqual({ kind: "absent" });
}, 30_000);

it("a channel that Slack does not let us read is one that cannot be searched, and the scope is named", async () => {
  const { port, history, lines } = await open(allScopes.filter((scope) => !scope.endsWith(":history")));
  expect(history.trouble()).toBeUndefined();
  expect(await port.findPosted(lost, started)).toEqual({ kind: "unknown" });
  expect(history.trouble()).toContain("channels:history");
  expect(port.searchable).toBe(false);
  history.hear(allScopes);
  expect(history.trouble()).toBeUndefined();
  expect(port.searchable).toBe(true);
  expect(lines.text().match(/lacks the scope/g)).toHaveLength(1);
});
