import { App, type Receiver } from "@slack/bolt";
import type { SlackConfig } from "../../config/config.ts";
import { createSecretWatch } from "../../http/secret-watch.ts";
import type { Log } from "../../log.ts";
import { addressOf } from "../../nouns/channel.ts";
import type { Clock } from "../../work/clock.ts";
import { createBackground } from "../background.ts";
import { createPace } from "../pace.ts";
import { createPatientCall } from "../patient-call.ts";
import type { ChatPlatform } from "../platform.ts";
import { clientOptions, createSlackClient, slackLogger } from "./client.ts";
import { createHistoryRight } from "./history-right.ts";
import { createSlackHome, type SlackHome } from "./home.ts";
import { addClickListeners } from "./listeners.ts";
import { createSlackReceiver } from "./receiver.ts";
import { createSlackChannel } from "./slack-channel.ts";
import { createSlackDirectory } from "./slack-directory.ts";
import { createSlackVoice } from "./slack-voice.ts";
import { addTypedListeners } from "./typed-in-slack.ts";

interface SlackDeps {
  readonly slack: SlackConfig;
  readonly clock: Clock;
  readonly log: Log;
}

const checkSecret = "compare slack.signingSecret with the Signing Secret of the app's page at Slack.";

/** Slack behind our ports. Nothing of it is loaded unless the configuration has `slack`. */
export function openSlack(deps: SlackDeps): ChatPlatform {
  const { slack, clock, log } = deps;
  const client = createSlackClient(slack, log);
  const pace = createPace(clock.now);
  const background = createBackground({ platform: "slack", clock, log });
  const callPatiently = createPatientCall({ pace, clock, signal: background.signal });
  const voice = createSlackVoice({ client, pace, callPatiently, background, now: clock.now });
  const history = createHistoryRight({ isWanted: slack.history, log });
  const secret = createSecretWatch({ advice: checkSecret, now: clock.now });
  const { home, trouble, loop } = createSlackHome({ client, pace, clock, history, log });
  return {
    name: "slack",
    channel: createSlackChannel({ client, history, pace, callPatiently }),
    directory: createSlackDirectory({ client, home, callPatiently, now: clock.now }),
    loops: [loop, background.loop],
    trouble: () => trouble() ?? secret.trouble() ?? history.trouble(),
    converse: async (server, conversation) => {
      const us = (): SlackHome => {
        const known = home();
        if (known === undefined) throw new Error("not connected to Slack yet");
        return known;
      };
      const connected = () => home() !== undefined;
      const { signingSecret, apiUrl } = slack;
      const receiver = createSlackReceiver({ server, signingSecret, connected, apiUrl, secret, clock, log });
      const app = await startBolt(receiver, us, deps);
      const full = { ...conversation, home: us, voice, prefix: slack.command };
      addClickListeners(app, full);
      addTypedListeners(app, full);
    },
    tell: async ({ who, channel }, said) => {
      if (who.platform !== "slack") return;
      if (channel === undefined) voice.say({ channel: who.userId }, said);
      else voice.say({ channel: addressOf(channel), onlyFor: who.userId }, said);
    },
  };
}

async function startBolt(receiver: Receiver, us: () => SlackHome, { slack, log }: SlackDeps): Promise<App> {
  const app = new App({
    receiver,
    logger: slackLogger(log),
    clientOptions: clientOptions(slack, log),
    convoStore: false,
    deferInitialization: true,
    // Bolt would ask auth.test itself and keep its failure for ever: we ask, at the start, until it answers.
    authorize: async () => ({ botToken: slack.botToken, ...us() }),
  });
  await app.init();
  app.error(async (error) => {
    throw error;
  });
  return app;
}
