import type { IncomingHttpHeaders } from "node:http";
import { isValidSlackRequest } from "@slack/bolt";

// Slack's own advice for both sides of the clock; Bolt's check looks at the past only (platform-facts).
const maxSkewSeconds = 5 * 60;

/** Whether Slack signed these very bytes within the last five minutes; nothing is parsed before. */
export function isFromSlack(
  request: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
  signingSecret: string,
  nowMs: number,
): boolean {
  const signature = request.headers["x-slack-signature"];
  const stamp = request.headers["x-slack-request-timestamp"];
  if (typeof signature !== "string" || typeof stamp !== "string" || !/^\d{1,12}$/.test(stamp)) return false;
  const seconds = Number(stamp);
  if (seconds - nowMs / 1_000 > maxSkewSeconds) return false;
  return isValidSlackRequest({
    signingSecret,
    body: request.body.toString("utf8"),
    headers: { "x-slack-signature": signature, "x-slack-request-timestamp": seconds },
    nowMilliseconds: nowMs,
  });
}
