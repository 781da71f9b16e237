import { type Logger, LogLevel } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import type { SlackConfig } from "../../config/config.ts";
import type { Log } from "../../log.ts";
import { createGuardedClient } from "../../outgoing/guarded-client.ts";
import { createGuardedFetch } from "../../outgoing/guarded-fetch.ts";

// After this an answer of Slack counts as lost; a lost post is looked for after twice that.
const timeoutMs = 10_000;

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
    // Its own knows no proxy. Whoever names an address of Slack's in a private network means it.
    fetch: createGuardedFetch(createGuardedClient({ privateNetwork: true, keepAlive: true })),
    retryConfig: { retries: 0 },
    timeout: timeoutMs,
    rejectRateLimitedCalls: true,
    logger: slackLogger(log),
  };
}

/** Slack's libraries log through our logger, at debug level except for what needs a look. */
export function slackLogger(log: Log): Logger {
  const words = (parts: readonly unknown[]): string =>
    parts
      .map((part) => (part instanceof Error ? part.message : typeof part === "string" ? part : ""))
      .join(" ");
  return {
    debug: (...parts) => log.trace({ sdk: "slack" }, words(parts)),
    info: (...parts) => log.debug({ sdk: "slack" }, words(parts)),
    warn: (...parts) => log.debug({ sdk: "slack" }, words(parts)),
    error: (...parts) => log.warn({ sdk: "slack" }, words(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
