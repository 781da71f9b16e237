import type { Reply } from "../shared/http-call.ts";
import type { JsonObject } from "../shared/json-object.ts";
import { isObject, listIn, parseObject } from "../shared/json-object.ts";
import { append } from "../shared/keep-recent.ts";
import { errorReply } from "../shared/refusal.ts";
import { actionsIn } from "./card-parts.ts";
import { cardProblems } from "./check-card.ts";
import { findPlace } from "./find-place.ts";
import { cardType } from "./read-message.ts";
import type { TeamsState } from "./state.ts";
import { complain } from "./state.ts";

// A Teams Workflows webhook takes 28 KB, envelope included.
const largestBodyBytes = 28_672;

/**
 * `POST /workflows/<secret>`: 202 means accepted and no more. What the flow makes of a wrong card nobody tells the
 * sender; here it is a complaint.
 */
export function answerWorkflow(state: TeamsState, secret: string, body: string): Reply {
  const workflow = state.facts.workflows.find((one) => one.secret === secret);
  if (workflow === undefined) {
    return errorReply(401, "DirectApiAuthorizationRequired", "The request must be authenticated.");
  }
  if (Buffer.byteLength(body) > largestBodyBytes) {
    return errorReply(413, "RequestEntityTooLarge", `The body is over ${largestBodyBytes} bytes.`);
  }
  const message = parseObject(body);
  if (message === undefined)
    return errorReply(400, "InvalidRequestContent", "The body is not a JSON object.");
  const problem = post(state, workflow.conversation, message);
  if (problem !== undefined) complain(state, `A Workflows post was accepted and not shown: ${problem}`);
  return { status: 202, body: "" };
}

function post(state: TeamsState, conversation: string, message: JsonObject): string | undefined {
  if (message.type !== "message") return 'its type is not "message"';
  const [attachment] = listIn(message, "attachments");
  if (!isObject(attachment) || attachment.contentType !== cardType) return "it has no Adaptive Card";
  const [problem] = cardProblems(attachment.content, "workflow");
  if (problem !== undefined || !isObject(attachment.content)) return problem ?? "its card is not an object";
  const place = findPlace(state, conversation);
  if (place === undefined || place.isDeleted) return "its channel is gone";
  const acting = actionsIn(attachment.content).filter(({ type }) => /Submit|Execute/.test(String(type)));
  if (acting.length > 0) return "it has buttons that nobody answers";
  append(place, {
    id: state.nextId(),
    from: "workflow",
    text: "",
    card: attachment.content,
    edits: 0,
    at: state.facts.now(),
  });
  state.changed();
  return undefined;
}
