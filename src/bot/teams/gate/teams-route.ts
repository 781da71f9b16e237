import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describeError } from "../../../errors.ts";
import {
  type HttpRefusal,
  keyUnknown,
  notRecorded,
  sendRefusal,
  unauthorized,
} from "../../../http/http-refusal.ts";
import { proveByHeaders } from "../../../http/read-bodies.ts";
import { createRefusalLog } from "../../../http/refusal-log.ts";
import { parseJsonBody } from "../../../http/request-body.ts";
import type { SecretWatch } from "../../../http/secret-watch.ts";
import type { Log } from "../../../log.ts";
import { isJsonObject } from "../../../outgoing/json-or-nothing.ts";
import type { CheckedToken, TeamsGate } from "./gate.ts";

/** What an activity is answered with; an invoke's answer has a body of its own. */
export interface ActivityAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** An activity that passed the gate, and whether its sender is of another tenant; undefined answers 200 with nothing. */
export type HandleActivity = (
  activity: Readonly<Record<string, unknown>>,
  isForeign: boolean,
) => Promise<ActivityAnswer | undefined>;

/** Teams' activities have a few KB; a dialog's inputs are limited by us to far less than this. */
export const maxActivityBytes = 256 * 1024;
// Long enough for the keys to be read.
const retryAfterSeconds = 5;

const tokenKey = "tokenOfTeams";

/**
 * `POST /api/messages`: the token is checked before the body is read; then bytes, JSON, the activity, and only then
 * `handle`. A handler that fails gives 500, so that the person sees an error.
 */
export function addTeamsRoute(
  server: FastifyInstance,
  deps: {
    readonly gate: TeamsGate;
    readonly handle: HandleActivity;
    /** Hears which requests are for our app and tenant. */
    readonly identity: Pick<SecretWatch, "refused" | "passed">;
    readonly now: () => number;
    readonly log: Log;
  },
): void {
  const logRefusal = createRefusalLog(deps);
  const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: HttpRefusal, reason?: string) => {
    logRefusal(refusal, { way: "teams", remote: request.ip, reason: reason ?? refusal.message });
    // Teams sends a token with everything; what has none is a stranger's.
    if (reason !== undefined && request.headers.authorization !== undefined) deps.identity.refused(reason);
    return sendRefusal(reply, refusal);
  };
  server.decorateRequest(tokenKey, null);
  server.route({
    method: "POST",
    url: "/api/messages",
    bodyLimit: maxActivityBytes,
    onRequest: async (request, reply) => {
      const token = await deps.gate.checkToken(request.headers.authorization);
      if (!token.ok) return refuse(request, reply, refusals[token.status], token.why);
      proveByHeaders(request);
      request.setDecorator<CheckedToken>(tokenKey, token);
    },
    handler: async (request, reply) => {
      const body = parseJsonBody(request.body);
      if (!body.ok || !isJsonObject(body.json)) return refuse(request, reply, notAnObject);
      const passed = deps.gate.checkActivity(request.getDecorator<CheckedToken>(tokenKey), body.json);
      if (!passed.ok) return refuse(request, reply, refusals[passed.status], passed.why);
      deps.identity.passed();
      try {
        const answer = await deps.handle(body.json, passed.isForeign);
        return reply.code(answer?.status ?? 200).send(answer?.body ?? "");
      } catch (error) {
        deps.log.error({ step: "decide", error: describeError(error) }, "a request of Teams failed");
        return sendRefusal(reply, notRecorded);
      }
    },
  });
}

const refusals = {
  401: { ...unauthorized, message: "The request is not signed by the Bot Framework for this bot." },
  503: keyUnknown(retryAfterSeconds),
} as const;
const notAnObject: HttpRefusal = {
  status: 400,
  code: "not-json",
  message: "The body is not a JSON object.",
};
