import type { IncomingHttpHeaders } from "node:http";
import type { HttpAnswer } from "./http-answer.ts";
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

/** The answer to a call, its effect done, and what to remember of it. */
export type ApiOutcome = { readonly answer: HttpAnswer; readonly args: Arguments; readonly error?: string };

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

  function answer(request: ApiRequest, args: Arguments): HttpAnswer {
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (method === undefined) throw new SlackError("unknown_method", { req_method: request.method });
    const token = authorize(state, request.headers, args);
    const needed = neededScopes(state, request.method, args);
    const missing = needed.filter((scope) => !token.scopes.includes(scope));
    if (missing.length > 0) {
      throw new SlackError("missing_scope", { needed: missing.join(","), provided: token.scopes.join(",") });
    }
    const retryAfter = rates?.take(request.method, findText(args, "channel"));
    if (retryAfter !== undefined) return rateLimited(retryAfter);
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
        return withoutToken(readArguments(request.body, request.headers, request.query));
      } catch (error) {
        if (error instanceof SlackError) return {};
        throw error;
      }
    },
    /** Does what is asked and says how to answer; never throws for what comes from outside. */
    handle(request: ApiRequest): ApiOutcome {
      let args: Arguments = {};
      try {
        args = readArguments(request.body, request.headers, request.query);
        const given = answer(request, args);
        return {
          answer: given,
          args: withoutToken(args),
          ...(given.status === 429 ? { error: "ratelimited" } : {}),
        };
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        const body = { ok: false, error: error.code, ...error.fields };
        return { answer: { status: 200, body }, args: withoutToken(args), error: error.code };
      }
    },
  };
}

/** The answer of a rate limit: 429, `Retry-After` in seconds where one is given. */
export function rateLimited(retryAfter: number | undefined): HttpAnswer {
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return { status: 429, headers, body: { ok: false, error: "ratelimited" } };
}

function authorize(state: SlackState, headers: IncomingHttpHeaders, args: Arguments): SlackToken {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const given = bearer ?? findText(args, "token");
  if (given === undefined) throw new SlackError("not_authed");
  const token = state.world.tokens.find((entry) => entry.token === given);
  if (token === undefined) throw new SlackError("invalid_auth");
  if ((token.kind ?? "bot") !== "bot") throw new SlackError("not_allowed_token_type");
  if (state.refusal !== undefined) throw new SlackError(state.refusal);
  return token;
}

function withoutToken(args: Arguments): Arguments {
  const { token: _token, ...rest } = args;
  return rest;
}
