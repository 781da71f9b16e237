import type { IncomingHttpHeaders } from "node:http";
import { isValidSlackRequest } from "@slack/bolt";

// Slack's own advice for both sides of the clock; Bolt's check looks at the past only (platform-facts).
const maxSkewSeconds = 5 * 60;

/** What a request's headers say of its signature. */
interface ClaimedSignature {
  readonly signature: string;
  readonly seconds: number;
}

/** The signature in the headers, or why no body could make it right: missing, malformed, out of time. */
export function readSlackSignature(headers: IncomingHttpHeaders, nowMs: number): ClaimedSignature | string {
  const signature = headers["x-slack-signature"];
  const stamp = headers["x-slack-request-timestamp"];
  if (typeof signature !== "string" || typeof stamp !== "string") return "there is no signature of Slack";
  if (!/^v0=[0-9a-f]{64}$/.test(signature) || !/^\d{1,12}$/.test(stamp)) return "the signature is malformed";
  const seconds = Number(stamp);
  if (Math.abs(seconds - nowMs / 1_000) > maxSkewSeconds)
    return "it was signed more than five minutes ago or ahead: look at the clock";
  return { signature, seconds };
}

/** Whether Slack signed these very bytes within the last five minutes; nothing is parsed before. */
export function isFromSlack(
  request: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
  signingSecret: string,
  nowMs: number,
): boolean {
  const claimed = readSlackSignature(request.headers, nowMs);
  if (typeof claimed === "string") return false;
  return isValidSlackRequest({
    signingSecret,
    body: request.body.toString("utf8"),
    headers: { "x-slack-signature": claimed.signature, "x-slack-request-timestamp": claimed.seconds },
    nowMilliseconds: nowMs,
  });
}
