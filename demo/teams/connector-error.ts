import type { Reply } from "../shared/http-call.ts";

/** A refusal of the Bot Connector: its status and its code. */
export class ConnectorError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ConnectorError";
    this.status = status;
    this.code = code;
  }
}

/** A refusal in the connector's shape, `{ error: { code, message } }`; `retryAfter` in seconds. */
export function errorAnswer(status: number, code: string, message: string, retryAfter?: number): Reply {
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return { status, headers, body: { error: { code, message } } };
}

// learn.microsoft.com, "Status codes from bot conversational APIs".
const wordsOf: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ["BadArgument", "Bad argument."],
  401: ["BotNotRegistered", "No registration found for this bot."],
  403: ["BotNotInConversationRoster", "The bot is not part of the conversation roster."],
  404: ["ActivityNotFoundInConversation", "Conversation not found."],
  412: ["PreconditionFailed", "Precondition failed, please try again."],
  413: ["MessageSizeTooBig", "Message size too large."],
  429: ["Throttled", "Too many requests."],
  500: ["ServiceError", "Unknown error."],
  502: ["ServiceError", "Service dependency issue."],
  503: ["ServiceUnavailable", "The service is unavailable."],
  504: ["GatewayTimeout", "Gateway timeout."],
};

/** What the connector says with this status when nothing more is known. */
export function plainRefusal(status: number, retryAfter?: number): Reply {
  const [code, message] = wordsOf[status] ?? ["ServiceError", "Unknown error."];
  return errorAnswer(status, code, message, retryAfter);
}
