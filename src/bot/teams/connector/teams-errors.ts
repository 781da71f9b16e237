import { ChatopsError, type ErrorCode } from "../../../errors.ts";
import { retryAfterOf } from "../../../outgoing/retry-after.ts";
import { type ChatCall, lostAnswer } from "../../chat-errors.ts";

// Error codes of the Bot Connector by what they mean for us (learn.microsoft.com, "Status codes from bot
// conversational APIs", and platform-facts, "Teams").
const refusedContent = new Set(["MessageSizeTooBig", "BadSyntax", "BadArgument", "InvalidRequestContent"]);
const remedies: Readonly<Record<string, string>> = {
  BotNotInConversationRoster: "Add the app to the team or chat; the cards that wait will come then.",
  BotDisabledByAdmin: "An administrator has blocked the app: allow it in the Teams admin center.",
  MessageWritesBlocked: "The bot was blocked there or the team is archived: unblock it, or change the route.",
  ConversationBlockedByUser: "The person has blocked the bot.",
  ForbiddenOperationException: "Add the app for that person, or to a team of theirs.",
  ConversationNotFound: "The channel or chat is gone, or its id is wrong: change the route.",
};

/**
 * The ChatopsError for anything that the connector's client throws: what happened, where, and what to do about it. The
 * client's own errors hold the request with the bot's token, so none of them is passed on as a cause.
 */
export function teamsError(error: unknown, call: ChatCall, place: string, now: number): ChatopsError {
  const status = statusOf(error);
  if (status === undefined) return lostAnswer("Teams", call, place, error, `${reasonOf(error)}.`);
  const code = codeOf(error);
  const said = code === "" ? `${status}` : `${status} ${code}`;
  // A gateway's error does not say whether the message was posted, nor does a success that cannot be read.
  if (status >= 500 || status < 400) return lostAnswer("Teams", call, place, undefined, `${said}.`);
  if (status === 429 || status === 412 || status === 408) {
    const retryAfterMs = retryAfterOf(headerOf(error, "retry-after"), now);
    return new ChatopsError("chat-later", `Teams asked us to wait for ${place}: ${said}.`, { retryAfterMs });
  }
  const remedy =
    remedies[code] ?? (status === 401 ? "Check teams.appId, teams.tenantId and teams.auth." : "");
  return new ChatopsError(ourCode(status, code, call), `Teams refused ${place}: ${said}. ${remedy}`.trim());
}

function ourCode(status: number, code: string, call: ChatCall): ErrorCode {
  if (status === 401) return "chat-unauthorized";
  const isContent = status === 413 || (status === 400 && (code === "" || refusedContent.has(code)));
  // A question has no content: what is wrong with it is whom or what it is about.
  if (isContent && call !== "read") return "chat-content-refused";
  // A reply whose thread is gone is answered like an edit of a message that is gone.
  const isMessage = code === "ActivityNotFoundInConversation" || call === "edit";
  if (status === 404 && code !== "ConversationNotFound" && isMessage) return "chat-message-gone";
  // Of a place that is not there, or not ours, it is known what to do; of the rest nobody knows whether it passes.
  const isKnown = call === "read" || status === 404 || Object.hasOwn(remedies, code);
  return isKnown ? "chat-channel-unavailable" : "chat-answer-unknown";
}

function statusOf(error: unknown): number | undefined {
  const status = field(error, "statusCode");
  return typeof status === "number" ? status : undefined;
}

/** The connector's code of `{ error: { code, message } }`; its message is not repeated, it may hold anything. */
function codeOf(error: unknown): string {
  const details = field(error, "details");
  const code = field(field(details, "error"), "code") ?? field(error, "code");
  const isCode = typeof code === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(code);
  return isCode && code !== "PARSE_ERROR" ? code : "";
}

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== "") return code;
  return error instanceof Error && error.name === "AbortError" ? "no answer in time" : "the request failed";
}

function headerOf(error: unknown, name: string): string | undefined {
  const headers = field(field(error, "response"), "headers");
  const get = field(headers, "get");
  const value: unknown = typeof get === "function" ? get.call(headers, name) : undefined;
  return typeof value === "string" ? value : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
