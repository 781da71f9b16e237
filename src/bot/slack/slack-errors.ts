import { ErrorCode } from "@slack/web-api";
import { ChatopsError, describeError, type ErrorCode as OurCode } from "../../errors.ts";
import { retryAfterOf } from "../../outgoing/retry-after.ts";
import { present } from "../../present.ts";
import { type ChatCall, lostAnswer } from "../chat-errors.ts";

// Slack's error strings by what they mean for us (platform-facts, "Slack"; the methods' reference pages).
const meanings = new Map<string, OurCode>([
  ...mean("chat-message-gone", "message_not_found edit_window_closed cant_update_message thread_not_found"),
  ...mean("chat-channel-unavailable", "not_in_channel channel_not_found is_archived messages_tab_disabled"),
  ...mean("chat-unauthorized", "invalid_auth not_authed not_allowed_token_type account_inactive"),
  ...mean("chat-unauthorized", "token_revoked token_expired missing_scope no_permission org_login_required"),
  ...mean("chat-content-refused", "invalid_blocks invalid_blocks_format invalid_arguments no_text"),
  ...mean(
    "chat-content-refused",
    "msg_too_long msg_blocks_too_long invalid_metadata_format metadata_too_large",
  ),
  ...mean("chat-refused", "access_denied channel_is_limited_access ekm_access_denied is_inactive"),
  ...mean("chat-refused", "team_access_not_granted"),
  // What passes: nothing was done, and the same call may succeed (team_added_to_org: "until the transition is complete").
  ...mean("chat-later", "ratelimited rate_limited message_limit_exceeded request_timeout"),
  ...mean("chat-later", "service_unavailable team_added_to_org"),
]);

function mean(code: OurCode, said: string): readonly (readonly [string, OurCode])[] {
  return said.split(" ").map((one) => [one, code]);
}

const remedies: Readonly<Record<string, string>> = {
  not_in_channel: "Invite the bot there (/invite @acr).",
  channel_not_found: "Check the channel's id in the route, and invite the bot if it is private.",
  is_archived: "The channel is archived: unarchive it, or change the route.",
  missing_scope: "Add the scope to the app (manifest/slack.json) and install it again.",
  invalid_auth: "Check SLACK_BOT_TOKEN.",
  token_revoked: "The app was removed or its token revoked: install it again and set the new token.",
  account_inactive: "The app was removed or its token revoked: install it again and set the new token.",
  access_denied: "The app may not do that there: change the route, or what the workspace allows.",
  ekm_access_denied: "Administrators have suspended posting there.",
  team_access_not_granted: "Grant the app access to the workspace.",
};

// A 429 whose Retry-After is no number: @slack/web-api 8.2.0 throws a plain Error, to be known by its words alone. What
// stands between us and Slack may have sent a date.
const unsaidPause = /Retry header did not contain a valid timeout(?:.*retry-after header: (.*)\))?/;

/** Makes a call and throws its ChatopsError where it fails. */
export async function asSlackError<T>(call: ChatCall, place: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw slackError(error, call, place);
  }
}

/** The ChatopsError for anything that `@slack/web-api` throws: what happened, where, and what to do about it. */
export function slackError(error: unknown, call: ChatCall, place: string, now = Date.now()): ChatopsError {
  if (!(error instanceof Error)) return new ChatopsError("chat-later", `Slack failed for ${place}.`);
  const code: unknown = "code" in error ? error.code : undefined;
  if (code === ErrorCode.RateLimitedError) {
    const seconds = "retryAfter" in error ? String(error.retryAfter) : "";
    // The client gives seconds, never a date.
    const retryAfterMs = retryAfterOf(seconds, 0) ?? 1_000;
    return new ChatopsError("chat-later", `Slack asked us to wait ${seconds} s for ${place}.`, {
      retryAfterMs,
    });
  }
  if (code === ErrorCode.PlatformError) return platformError(error, call, place);
  // Of an answer to a `response_url`, Bolt tells the status alone.
  const unsaid = unsaidPause.exec(error.message);
  if (unsaid !== null || statusOf(error) === 429) {
    const retryAfterMs = retryAfterOf(unsaid?.[1], now);
    const howLong =
      retryAfterMs === undefined ? "and not for how long" : `${Math.ceil(retryAfterMs / 1_000)} s`;
    const words = `Slack asked us to wait for ${place}, ${howLong}.`;
    return new ChatopsError("chat-later", words, present({ retryAfterMs }));
  }
  // A gateway or a proxy in between, by a status that says no more than "not like this" (5xx: it may have been done).
  if (statusOf(error) >= 400 && statusOf(error) < 500)
    return new ChatopsError("chat-answer-unknown", `Slack refused ${place}: ${describeError(error)}`);
  return lostAnswer("Slack", call, place, error, describeError(error));
}

function statusOf(error: Error): number {
  return "statusCode" in error ? Number(error.statusCode) : Number.NaN;
}

function platformError(error: Error, call: ChatCall, place: string): ChatopsError {
  const said = errorStringOf(error);
  // "Some aspect of the operation may have succeeded before the error" (Slack's reference on fatal_error).
  // What is no error of Slack's is the page of something in between, which may have taken the call to Slack.
  if (said === "fatal_error" || said === "internal_error" || !/^[a-z0-9_.:-]{1,100}$/.test(said))
    return lostAnswer("Slack", call, place, error, describeError(error));
  // restricted_action, restricted_action_read_only_channel, …_thread_locked and whatever follows them.
  const meant = said.startsWith("restricted_action") ? "access_denied" : said;
  const message = `Slack refused ${place}: ${said}. ${remedies[meant] ?? ""}`.trim();
  return new ChatopsError(meanings.get(meant) ?? "chat-answer-unknown", message, { cause: error });
}

/** Slack's own error string, or empty. */
export function errorStringOf(error: unknown): string {
  return fieldOf(error, "error");
}

/** The scope that a refused call lacks; undefined: it was refused for something else. */
export function missingScopeOf(error: unknown): string | undefined {
  return errorStringOf(error) === "missing_scope" ? fieldOf(error, "needed") : undefined;
}

function fieldOf(error: unknown, name: string): string {
  if (!(error instanceof Error) || !("data" in error)) return "";
  const { data } = error;
  return typeof data === "object" && data !== null ? String(Reflect.get(data, name) ?? "") : "";
}
