import { onTestFinished } from "vitest";
import { createSlackWorkspace } from "../../demo/slack/workspace.ts";
import { createPace } from "../../src/bot/pace.ts";
import { createPatientCall } from "../../src/bot/patient-call.ts";
import { createSlackClient } from "../../src/bot/slack/client.ts";
import { createHistoryRight } from "../../src/bot/slack/history-right.ts";
import { createSlackChannel } from "../../src/bot/slack/slack-channel.ts";
import { systemClock } from "../../src/work/clock.ts";
import { defaults, token } from "../demo/slack-tiny-bot.ts";
import { createLogLines } from "../support/log-lines.ts";
import { channelContract } from "./channel-contract.ts";

const channel = "C0RELEASES";
const methods = { post: "chat.postMessage", update: "chat.update" } as const;

channelContract("the channel of Slack", async () => {
  const workspace = await createSlackWorkspace(defaults);
  onTestFinished(() => workspace.close());
  const config = {
    botToken: token,
    signingSecret: "",
    apiUrl: workspace.apiUrl,
    command: "/acr",
    history: true,
  };
  const client = createSlackClient(config, createLogLines().log);
  const pace = createPace(Date.now);
  const history = createHistoryRight({ isWanted: true, log: createLogLines().log });
  const callPatiently = createPatientCall({ pace, clock: systemClock, signal: new AbortController().signal });
  return {
    port: createSlackChannel({ client, history, pace, callPatiently }),
    channel: `slack:${channel}`,
    elsewhere: "slack:C0NOTIN001",
    seen: () =>
      workspace.messages(channel).map((message) => ({
        id: message.ts,
        words: JSON.stringify([message.text, message.blocks]),
        isRich: message.blocks.length > 0,
        edits: message.edits,
        ...(message.thread_ts === undefined || message.thread_ts === message.ts
          ? {}
          : { thread: message.thread_ts }),
      })),
    calls: (call) => workspace.calls(methods[call]).length,
    fault: ({ call, ...rest }) => void workspace.fault({ method: methods[call], ...rest }),
    refuseContent: (call) =>
      void workspace.fault({ method: methods[call], status: 200, error: "invalid_blocks" }),
    deleteMessage: (id) => void workspace.deleteMessage(channel, id),
    closeChannel: () => workspace.archiveChannel(channel, "U0MAYA0001"),
    // It refuses what is wrong, so nothing is left to complain of.
    complaints: () => [],
  };
});
