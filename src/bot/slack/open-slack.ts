import { App } from "@slack/bolt";
import type { SlackConfig } from "../../config/config.ts";
import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { addressOf } from "../../nouns/channel.ts";
import type { Clock } from "../../work/clock.ts";
import type { ChatPlatform } from "../platform.ts";
import { clientOptions, createSlackClient, slackLogger } from "./client.ts";
import { createSlackHome } from "./home.ts";
import { addClickListeners, privateBody } from "./listeners.ts";
import { createSlackReceiver } from "./receiver.ts";
import { createSlackChannel } from "./slack-channel.ts";
import { createSlackDirectory } from "./slack-directory.ts";
import { addTypedListeners, type SlackTypedDeps } from "./typed-in-slack.ts";

/** Slack behind our ports. Nothing of it is loaded unless the configuration has `slack`. */
export function openSlack(deps: {
  readonly slack: SlackConfig;
  readonly clock: Clock;
  readonly log: Log;
}): ChatPlatform {
  const { slack, clock, log } = deps;
  const client = createSlackClient(slack, log);
  const { home, trouble, loop } = createSlackHome({ client, clock, log });
  return {
    name: "slack",
    channel: createSlackChannel({ client, history: slack.history }),
    directory: createSlackDirectory({ client, home, now: clock.now }),
    loops: [loop],
    trouble,
    converse: async (server, conversation) => {
      const receiver = createSlackReceiver({
        server,
        signingSecret: () => slack.signingSecret,
        connected: () => home() !== undefined,
        apiUrl: slack.apiUrl,
        clock,
        log,
      });
      const app = new App({
        receiver,
        logger: slackLogger(log),
        clientOptions: clientOptions(slack, log),
        convoStore: false,
        deferInitialization: true,
        // Bolt would ask auth.test itself and keep its failure for ever: we ask, at the start, until it answers.
        authorize: async () => {
          const us = home();
          if (us === undefined) throw new Error("not connected to Slack yet");
          return { botToken: slack.botToken, botId: us.botId, botUserId: us.botUserId, teamId: us.teamId };
        },
      });
      await app.init();
      app.error(async (error) => {
        throw error;
      });
      const full: SlackTypedDeps = { ...conversation, home, client, prefix: slack.command };
      addClickListeners(app, full);
      addTypedListeners(app, full);
    },
    tell: async (request, said) => {
      if (request.who.platform !== "slack") return;
      const body = privateBody(said);
      const user = request.who.userId;
      try {
        if (request.channel === undefined) await client.chat.postMessage({ channel: user, ...body });
        else await client.chat.postEphemeral({ channel: addressOf(request.channel), user, ...body });
      } catch (error) {
        log.warn(
          { step: "decide", userId: user, error: describeError(error) },
          "an answer could not be delivered; it is in the audit",
        );
      }
    },
  };
}
