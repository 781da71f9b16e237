import type { Reply } from "../shared/http-call.ts";
import { errorReply, Refusal } from "../shared/refusal.ts";

/** A refusal of the Bot Connector: its status and its code. */
export class ConnectorError extends Refusal {}

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
export function plainRefusal(status: number): Reply {
  const [code, message] = wordsOf[status] ?? ["ServiceError", "Unknown error."];
  return errorReply(status, code, message);
}
