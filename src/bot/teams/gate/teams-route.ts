import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describeError } from "../../../errors.ts";
import type { Log } from "../../../log.ts";
import type { GateRefusal, TeamsGate } from "./gate.ts";

/** What an activity is answered with; an invoke's answer has a body of its own. */
export interface ActivityAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** An activity that passed the gate; undefined answers 200 with nothing. */
export type HandleActivity = (
  activity: Readonly<Record<string, unknown>>,
) => Promise<ActivityAnswer | undefined>;

/** Says in the log what was refused, without filling it: a refusal log of the public server fits. */
export type LogTeamsRefusal = (
  refusal: {
    readonly status: number;
    readonly code: "unauthorized" | "signing-key-unknown" | "not-json";
    readonly message: string;
  },
  context: { readonly way: "teams"; readonly remote: string; readonly reason: string },
) => void;

/** Teams' activities have a few KB; a dialog's inputs are limited by us to far less than this. */
export const maxActivityBytes = 256 * 1024;
// Long enough for the keys to be read.
const retryAfterSeconds = 5;

/**
 * `POST /api/messages`: what needs no body is refused before it is read; then bytes, JSON, the gate, and only then
 * `handle`. A handler that fails gives 500, so that the person sees an error.
 */
export function addTeamsRoute(
  server: FastifyInstance,
  deps: {
    readonly gate: TeamsGate;
    readonly handle: HandleActivity;
    readonly logRefusal: LogTeamsRefusal;
    readonly log: Log;
  },
): void {
  const refuse = (request: FastifyRequest, reply: FastifyReply, { status, why }: GateRefusal) => {
    const refusal = status === 401 ? unauthorized : keyUnknown;
    deps.logRefusal(refusal, { way: "teams", remote: request.ip, reason: why });
    return send(request, reply, refusal);
  };
  server.route({
    method: "POST",
    url: "/api/messages",
    bodyLimit: maxActivityBytes,
    onRequest: async (request, reply) => {
      const refusal = deps.gate.refuseEarly(request.headers.authorization);
      if (refusal !== undefined) return refuse(request, reply, refusal);
    },
    handler: async (request, reply) => {
      const activity = parseObject(request.body);
      if (activity === undefined) {
        deps.logRefusal(notJson, { way: "teams", remote: request.ip, reason: notJson.message });
        return send(request, reply, notJson);
      }
      const { authorization } = request.headers;
      const verdict = await deps.gate.check({ authorization, activity });
      if (!verdict.ok) return refuse(request, reply, verdict);
      try {
        const answer = await deps.handle(activity);
        return reply.code(answer?.status ?? 200).send(answer?.body ?? "");
      } catch (error) {
        deps.log.error({ step: "decide", error: describeError(error) }, "a request of Teams failed");
        return send(request, reply, notRecorded);
      }
    },
  });
}

const unauthorized = {
  status: 401,
  code: "unauthorized",
  message: "The request is not signed by the Bot Framework for this bot.",
  headers: { "www-authenticate": 'Bearer realm="acr-chatops"' },
} as const;
const keyUnknown = {
  status: 503,
  code: "signing-key-unknown",
  message: "The key that signed the token is not known yet. Please send it again.",
  headers: { "retry-after": String(retryAfterSeconds) },
} as const;
const notJson = { status: 400, code: "not-json", message: "The body is not a JSON object." } as const;
const notRecorded = {
  status: 500,
  code: "not-recorded",
  message: "Not recorded. Nothing was changed.",
} as const;

function send(
  { raw }: FastifyRequest,
  reply: FastifyReply,
  refusal: {
    readonly status: number;
    readonly code: string;
    readonly message: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): FastifyReply {
  // Else Node would read an unread body to its end, however long it is.
  if (!raw.complete) reply.header("connection", "close");
  const { status, code, message, headers = {} } = refusal;
  return reply.code(status).headers(headers).send({ error: { code, message } });
}

function parseObject(body: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!Buffer.isBuffer(body)) return undefined;
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : undefined;
  } catch {
    return undefined; // not JSON: answered 400
  }
}
