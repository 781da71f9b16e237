import type { Logger } from "@slack/bolt";
import { LogLevel } from "@slack/bolt";
import type { Log } from "../../log.ts";

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
