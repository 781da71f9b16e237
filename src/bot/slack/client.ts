import { WebClient } from "@slack/web-api";
import type { SlackConfig } from "../../config/config.ts";
import type { Log } from "../../log.ts";
import { slackLogger } from "./logger.ts";
import { slackTimeoutMs } from "./request-timeout.ts";

/**
 * Slack's web client with its own repetitions off: left on, it posts again after a reset socket or a 500, and a
 * message doubles (platform-facts, measured).
 */
export function createSlackClient(config: SlackConfig, log: Log): WebClient {
  return new WebClient(config.botToken, clientOptions(config, log));
}

/** The options of every web client that we or Bolt make. */
export function clientOptions(config: SlackConfig, log: Log) {
  return {
    slackApiUrl: config.apiUrl,
    retryConfig: { retries: 0 },
    timeout: slackTimeoutMs,
    rejectRateLimitedCalls: true,
    logger: slackLogger(log),
  };
}
