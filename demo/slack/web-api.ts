import type { IncomingHttpHeaders } from "node:http";
import { readBearer } from "../shared/credentials.ts";
import type { Reply } from "../shared/http-call.ts";
import type { JsonObject } from "../shared/json-object.ts";
import type { Methods } from "./method.ts";
import { neededScopes } from "./method-scopes.ts";
import { chatMethods } from "./methods-chat.ts";
import { conversationMethods } from "./methods-conversations.ts";
import { peopleMethods } from "./methods-people.ts";
import { viewMethods } from "./methods-views.ts";
import type { SlackToken } from "./options.ts";
import type { Rates } from "./rates.ts";
import type { Arguments } from "./read-arguments.ts";
import { findText, readArguments } from "./read-arguments.ts";
import { SlackError } from "./slack-error.ts";
import type { SlackState } from "./state.ts";
import type { Triggers } from "./triggers.ts";

const methods: Methods = { ...chatMethods, ...viewMethods, ...peopleMethods, ...conversationMethods };

/** One HTTP request to `/api/<method>`. */
export type ApiRequest = {
  readonly method: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
};

/**
 * The Web API without its network: arguments, token, scope, rate, effect, in that order.
 * Refusals are 200 with `ok: false`, rates 429, as Slack has it.
 */
export function createWebApi(deps: {
  readonly state: SlackState;
  readonly triggers: Triggers;
  readonly rates: Rates | undefined;
}) {
  const { state, triggers, rates } = deps;

  function answer(request: ApiRequest, args: Arguments): Reply {
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (method === undefined) throw new SlackError("unknown_method", { req_method: request.method });
    const token = authorize(state, request.headers, args);
    const needed = neededScopes(state, request.method, args);
    const missing = needed.filter((scope) => !token.scopes.includes(scope));
    if (missing.length > 0) {
      throw new SlackError("missing_scope", { needed: missing.join(","), provided: token.scopes.join(",") });
    }
    const retryAfter = rates?.take(request.method, findText(args, "channel"));
    if (retryAfter !== undefined)
      return {
        status: 429,
        headers: { "Retry-After": String(retryAfter) },
        body: refusalBody("ratelimited"),
      };
    const fields = method({ state, triggers, args, scopes: token.scopes });
    const headers = {
      "x-oauth-scopes": token.scopes.join(","),
      ...(needed.length === 0 ? {} : { "x-accepted-oauth-scopes": needed.join(",") }),
    };
    return { status: 200, headers, body: { ok: true, ...fields } };
  }

  return {
    /** The arguments of a call, without its token and without doing it; none when they cannot be read. */
    peek(request: ApiRequest): Arguments {
      try {
        const { token: _token, ...args } = readArguments(request.body, request.headers, request.query);
        return args;
      } catch (error) {
        if (error instanceof SlackError) return {};
        throw error;
      }
    },
    /** Does what is asked and says how to answer; never throws for what comes from outside. */
    handle(request: ApiRequest): Reply {
      try {
        return answer(request, readArguments(request.body, request.headers, request.query));
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        return { status: 200, body: refusalBody(error.code, error.fields) };
      }
    },
  };
}

/** The body of a refusal, as the Web API words it. */
export function refusalBody(error: string, more: JsonObject = {}): JsonObject {
  return { ok: false, error, ...more };
}

function authorize(state: SlackState, headers: IncomingHttpHeaders, args: Arguments): SlackToken {
  const given = readBearer(headers) ?? findText(args, "token");
  if (given === undefined) throw new SlackError("not_authed");
  const token = state.world.tokens.find((entry) => entry.token === given);
  if (token === undefined) throw new SlackError("invalid_auth");
  if ((token.kind ?? "bot") !== "bot") throw new SlackError("not_allowed_token_type");
  if (state.refusal !== undefined) throw new SlackError(state.refusal);
  return token;
}
