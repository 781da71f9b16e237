import type { WebClient } from "@slack/web-api";
import { ChatopsError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { present } from "../../present.ts";
import type { Clock } from "../../work/clock.ts";
import { createLoop } from "../../work/loop.ts";
import type { Pace } from "../pace.ts";
import type { HistoryRight } from "./history-right.ts";
import { slackCalls } from "./slack-calls.ts";
import { slackError } from "./slack-errors.ts";

/** Who we are on Slack, as `auth.test` said. */
export interface SlackHome {
  readonly teamId: string;
  readonly name?: string;
  /** The organization of Enterprise Grid that the workspace is in. */
  readonly enterpriseId?: string;
  readonly botId: string;
  readonly botUserId: string;
}

// A token that was taken away shows within a minute, the call included.
const askAgainMs = 45_000;

const noBotToken = "Slack did not say who the bot is: set slack.botToken to a bot token (xoxb-…).";
const orgWide =
  "The token is of an installation in a whole organization (Enterprise Grid), which is not supported. Install the app in one workspace and set the bot token of that.";

/**
 * Asks Slack who we are, at the start until it answers and then now and again. Until then clicks are answered 503 and
 * cards wait; webhooks are taken all the same.
 */
export function createSlackHome(deps: {
  readonly client: WebClient;
  readonly pace: Pace;
  readonly clock: Clock;
  /** Hears the scopes of the token. */
  readonly history: Pick<HistoryRight, "hear">;
  readonly log: Log;
}) {
  const { client, pace, clock, log } = deps;
  let home: SlackHome | undefined;
  let trouble: string | undefined = "Slack has not answered yet";
  const step = async (): Promise<number> => {
    try {
      await pace.take(slackCalls.testToken, "person");
      const said = await client.auth.test();
      if (said.is_enterprise_install === true) throw new ChatopsError("chat-unauthorized", orgWide);
      if (said.team_id === undefined || said.bot_id === undefined || said.user_id === undefined)
        throw new ChatopsError("chat-unauthorized", noBotToken);
      if (home === undefined) log.info({ team: said.team_id }, "connected to Slack");
      const us = { teamId: said.team_id, botId: said.bot_id, botUserId: said.user_id };
      home = present({ ...us, name: said.team, enterpriseId: said.enterprise_id });
      trouble = undefined;
      deps.history.hear(said.response_metadata?.scopes);
      return askAgainMs;
    } catch (error) {
      const known =
        error instanceof ChatopsError ? error : slackError(error, "read", "the bot's own account");
      trouble = known.message;
      throw known;
    }
  };
  return {
    home: (): SlackHome | undefined => home,
    /** Why Slack cannot be used now; undefined if it can. */
    trouble: (): string | undefined => trouble,
    loop: createLoop({ name: "slack connection", clock, log, step }),
  };
}
