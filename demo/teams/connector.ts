import type { IncomingHttpHeaders } from "node:http";
import type { Reply } from "../shared/http-call.ts";
import type { JsonObject } from "../shared/json-object.ts";
import { parseObject } from "../shared/json-object.ts";
import { errorReply } from "../shared/refusal.ts";
import { deleteActivity, sendActivity, updateActivity } from "./activity-calls.ts";
import { ConnectorError } from "./connector-error.ts";
import { createConversation } from "./create-conversation.ts";
import { splitConversationId } from "./find-place.ts";
import { getMember, listMembers, pageMembers, teamChannels, teamDetails } from "./member-calls.ts";
import type { Rates } from "./rates.ts";
import { badSyntax } from "./read-message.ts";
import type { TeamsState } from "./state.ts";

/** A call to the connector, found in its table. */
export type ConnectorCall = {
  readonly operation: Operation;
  readonly conversation?: string;
  readonly activityId?: string;
};

/** What came with a call. */
export type Asked = {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
};

// Names as in the Bot Framework's REST reference.
const routes = [
  ["POST", /^\/v3\/conversations\/?$/, "createConversation"],
  ["POST", /^\/v3\/conversations\/([^/]+)\/activities\/?$/, "sendToConversation"],
  ["POST", /^\/v3\/conversations\/([^/]+)\/activities\/([^/]+)$/, "replyToActivity"],
  ["PUT", /^\/v3\/conversations\/([^/]+)\/activities\/([^/]+)$/, "updateActivity"],
  ["DELETE", /^\/v3\/conversations\/([^/]+)\/activities\/([^/]+)$/, "deleteActivity"],
  ["GET", /^\/v3\/conversations\/([^/]+)\/members\/?$/, "getConversationMembers"],
  ["GET", /^\/v3\/conversations\/([^/]+)\/pagedmembers$/, "getConversationPagedMembers"],
  ["GET", /^\/v3\/conversations\/([^/]+)\/members\/([^/]+)$/, "getConversationMember"],
  ["GET", /^\/v3\/teams\/([^/]+)\/conversations$/, "getTeamConversations"],
  ["GET", /^\/v3\/teams\/([^/]+)$/, "getTeam"],
] as const;

/** The operations of the connector that this world has. */
export type Operation = (typeof routes)[number][2];

/** Their names, for orders of faults. */
export const operations: readonly string[] = routes.map(([, , name]) => name);

/** The operation of a method and a path below the service URL; undefined when there is none. */
export function findCall(method: string, path: string): ConnectorCall | undefined {
  for (const [wanted, pattern, operation] of routes) {
    const match = wanted === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const [conversation, activityId] = match.slice(1).map((part) => decodeURIComponent(part));
    return {
      operation,
      ...(conversation === undefined ? {} : { conversation }),
      ...(activityId === undefined ? {} : { activityId }),
    };
  }
  return undefined;
}

/** Answers calls below the service URL: token, rates, then the call itself. */
export function createConnector(deps: {
  readonly state: TeamsState;
  readonly isAuthorized: (headers: IncomingHttpHeaders) => Promise<boolean>;
  readonly rates: Rates | undefined;
  readonly serviceUrl: () => string;
}) {
  const { state, rates } = deps;
  return async (call: ConnectorCall, asked: Asked): Promise<Reply> => {
    if (!(await deps.isAuthorized(asked.headers))) {
      return errorReply(401, "Unauthorized", "Authorization has been denied for this request.");
    }
    const kind = call.operation.startsWith("get") ? "read" : "write";
    const { place } = splitConversationId(call.conversation ?? "");
    const wait = rates?.take(kind, place);
    if (wait !== undefined)
      return errorReply(429, "Throttled", "Too many requests.", { "Retry-After": String(wait) });
    try {
      return perform(state, call, asked, deps.serviceUrl());
    } catch (error) {
      if (error instanceof ConnectorError) return errorReply(error.status, error.code, error.message);
      throw error;
    }
  };
}

function perform(state: TeamsState, call: ConnectorCall, asked: Asked, serviceUrl: string): Reply {
  const { operation, conversation = "", activityId = "" } = call;
  switch (operation) {
    case "createConversation":
      return { status: 201, body: createConversation(state, bodyOf(asked), serviceUrl) };
    case "sendToConversation":
      return { status: 201, body: { id: sendActivity(state, conversation, bodyOf(asked)) } };
    case "replyToActivity":
      return { status: 201, body: { id: sendActivity(state, conversation, bodyOf(asked), activityId) } };
    case "updateActivity":
      updateActivity(state, conversation, activityId, bodyOf(asked));
      return { status: 200, body: { id: activityId } };
    case "deleteActivity":
      deleteActivity(state, conversation, activityId);
      return { status: 200, body: "" };
    case "getConversationMembers":
      return { status: 200, body: listMembers(state, conversation) };
    case "getConversationPagedMembers":
      return { status: 200, body: pageMembers(state, conversation, asked.query) };
    case "getConversationMember":
      return { status: 200, body: getMember(state, conversation, activityId) };
    case "getTeamConversations":
      return { status: 200, body: teamChannels(state, conversation) };
    case "getTeam":
      return { status: 200, body: teamDetails(state, conversation) };
    default:
      return operation satisfies never;
  }
}

function bodyOf({ body }: Asked): JsonObject {
  const parsed = parseObject(body);
  if (parsed === undefined) throw badSyntax("The body is not a JSON object.");
  return parsed;
}
