import type { IncomingHttpHeaders } from "node:http";
import type { App, Receiver, ReceiverEvent } from "@slack/bolt";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { describeError } from "../../errors.ts";
import { type HttpRefusal, notRecorded, type RefusalCode, sendRefusal } from "../../http/http-refusal.ts";
import { createRefusalLog } from "../../http/refusal-log.ts";
import type { SecretWatch } from "../../http/secret-watch.ts";
import type { Log } from "../../log.ts";
import { isJsonObject, jsonOrNothing } from "../../outgoing/json-or-nothing.ts";
import type { Clock } from "../../work/clock.ts";
import { within } from "../../work/within.ts";
import { isFromSlack, readSlackSignature } from "./verify-request.ts";

/** Slack gives up after 3 s (docs.slack.dev, "Acknowledging requests"); this leaves time for the way back. */
export const slackBudgetMs = 2_500;

/**
 * Bolt's receiver on our own public server: the signature is checked over the raw bytes before anything is parsed.
 * A handler that fails before it acknowledged gives 500, so that the person sees an error and Slack repeats events.
 */
export function createSlackReceiver(deps: {
  readonly server: FastifyInstance;
  readonly signingSecret: string;
  readonly connected: () => boolean;
  /** Where Slack's API is: answers go to its host, or to Slack's own. */
  readonly apiUrl: string;
  /** Hears which requests are signed with our secret. */
  readonly secret: Pick<SecretWatch, "refused" | "passed">;
  readonly clock: Clock;
  readonly log: Log;
}): Receiver {
  const { secret, clock } = deps;
  const logRefusal = createRefusalLog({ log: deps.log, now: clock.now });
  const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: HttpRefusal, reason?: string) => {
    logRefusal(refusal, { way: "slack", remote: request.ip, reason: reason ?? refusal.message });
    return sendRefusal(reply, refusal);
  };
  const refuseUnsigned = (request: FastifyRequest, reply: FastifyReply, why: string) => {
    // Slack signs everything; what has no signature is a stranger's.
    if (request.headers["x-slack-signature"] !== undefined) secret.refused(why);
    return refuse(request, reply, unsigned, why);
  };
  return {
    init: (app: App) => {
      // What no body could make right is refused unread.
      const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
        const claimed = readSlackSignature(request.headers, clock.now());
        if (typeof claimed === "string") return refuseUnsigned(request, reply, claimed);
      };
      deps.server.post("/slack/events", { onRequest }, async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const { headers } = request;
        if (!isFromSlack({ headers, body }, deps.signingSecret, clock.now()))
          return refuseUnsigned(request, reply, "it is not signed with slack.signingSecret");
        secret.passed();
        const payload = parseSlackBody(body, headers["content-type"]);
        if (payload === undefined) return refuse(request, reply, notOfSlack);
        if (!isSlackAddress(payload.response_url, deps.apiUrl)) return refuse(request, reply, leadsElsewhere);
        if (payload.type === "url_verification") return await reply.send({ challenge: payload.challenge });
        if (!deps.connected()) return refuse(request, reply, notConnected);
        await dispatch(app, payload, headers, reply, deps);
        return reply;
      });
    },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}

const refusal = (status: number, code: RefusalCode, message: string): HttpRefusal => ({
  status,
  code,
  message,
});
const unsigned = refusal(401, "unauthorized", "The request is not signed by Slack.");
const notOfSlack = refusal(400, "bad-request", "The body is not one that Slack sends.");
const leadsElsewhere = refusal(400, "bad-request", "The response_url is not one of Slack's.");
const notConnected = refusal(503, "not-ready", "The bot is not connected to Slack yet.");

async function dispatch(
  app: App,
  payload: Record<string, unknown>,
  headers: IncomingHttpHeaders,
  reply: FastifyReply,
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  // Bolt acknowledges events before their listener runs. What is typed to us may change something, so the answer
  // waits until it is recorded: the event's listener has run, or its time is up and it says so itself.
  const isEvent = payload.type === "event_callback";
  let answer: unknown;
  let acknowledged = false;
  const sent = Promise.withResolvers<void>();
  const event: ReceiverEvent = {
    body: payload,
    ack: async (response?: unknown) => {
      acknowledged = true;
      answer = response;
      if (!isEvent) sent.resolve();
    },
    ...retryOf(headers),
  };
  let failed = false;
  const work = app
    .processEvent(event)
    .catch((error: unknown) => {
      failed = true;
      deps.log.error({ step: "decide", error: describeError(error) }, "a request of Slack failed");
    })
    .finally(() => sent.resolve());
  await within(sent.promise, slackBudgetMs, deps.clock);
  if (!acknowledged || (failed && isEvent)) await sendRefusal(reply, notRecorded);
  else await reply.code(200).send(answer ?? "");
  await work;
}

// Slack's hosts, those of its government cloud included (docs.slack.dev, GovSlack).
const slackHosts = /(^|\.)slack(-gov)?\.com$/;

/** Whether an answer may be sent there: whoever holds the signing secret must not send us to other addresses. */
export function isSlackAddress(address: unknown, apiUrl: string): boolean {
  if (address === undefined) return true;
  if (typeof address !== "string" || !URL.canParse(address)) return false;
  const { protocol, hostname, host } = new URL(address);
  if (host === new URL(apiUrl).host) return true;
  return protocol === "https:" && slackHosts.test(hostname);
}

function retryOf(headers: IncomingHttpHeaders): Pick<ReceiverEvent, "retryNum"> {
  const number = Number(headers["x-slack-retry-num"]);
  return Number.isInteger(number) && number > 0 ? { retryNum: number } : {};
}

/** Slack sends events as JSON, and clicks and commands as forms; undefined for anything else. */
function parseSlackBody(body: Buffer, contentType: string | undefined): Record<string, unknown> | undefined {
  const raw = body.toString("utf8");
  if (raw.startsWith("{")) return objectIn(raw);
  if (contentType?.includes("json") === true) return undefined;
  const form = new URLSearchParams(raw);
  const payload = form.get("payload");
  if (payload !== null) return objectIn(payload);
  return form.has("command") ? Object.fromEntries(form) : undefined;
}

function objectIn(raw: string): Record<string, unknown> | undefined {
  const json = jsonOrNothing(raw);
  return isJsonObject(json) ? json : undefined;
}
