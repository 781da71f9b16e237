import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type HttpRefusal, sendRefusal, unauthorized } from "../../http/http-refusal.ts";
import type { LogRefusal, RefusalContext } from "../../http/refusal-log.ts";
import { parseJsonBody, takeAnyContentType } from "../../http/request-body.ts";
import { maxEventGridBodyBytes } from "../../http/request-limits.ts";
import { type Admitted, admitConsent, admitEventGrid, isSignedBody } from "../callers/admit.ts";
import { findOtherTopic, findUnprovenTopic } from "../callers/hosts.ts";
import { readRegion } from "../event-fields.ts";
import type { IngestDeps } from "../ingest-deps.ts";
import type { RecordSightings } from "../record.ts";
import { eventGridEntries } from "./event-grid.ts";
import { sortDelivery } from "./event-grid-delivery.ts";
import { answerConsent, findSubscriptionMessage, type SubscriptionMessage } from "./event-grid-handshake.ts";

interface EventGridRoute {
  Params: { registry: string };
  Querystring: { region?: unknown };
}
type RouteDeps = IngestDeps & { readonly record: RecordSightings; readonly logRefusal: LogRefusal };

/** What is answered: a body with 200, or a refusal and what its log line says. */
type Answer =
  | { readonly ok: true; readonly body: object }
  | { readonly ok: false; readonly refusal: HttpRefusal; readonly context?: RefusalContext };

const url = "/webhooks/eventgrid/:registry";
const admittedKey = "eventGridAdmitted";

/**
 * `POST` and `OPTIONS /webhooks/eventgrid/{registry}?region=`: Event Grid and CloudEvents 1.0, events and handshakes.
 * Event Grid repeats a delivery after 503, and never after 400, 401 or 413.
 */
export function addEventGridRoute(app: FastifyInstance, deps: RouteDeps): void {
  const refuse = (
    request: FastifyRequest,
    reply: FastifyReply,
    refusal: HttpRefusal,
    context: RefusalContext,
  ) => {
    deps.logRefusal(refusal, { way: "eventgrid", remote: request.ip, ...context });
    return sendRefusal(reply, refusal);
  };

  app.decorateRequest(admittedKey, null);
  app.route<EventGridRoute>({
    method: "POST",
    url,
    bodyLimit: maxEventGridBodyBytes,
    onRequest: async (request, reply) => {
      takeAnyContentType(request);
      const admission = await admitEventGrid(deps, request, request.params.registry);
      if (admission.kind === "refused")
        return refuse(request, reply, admission.refusal, contextOf(admission));
      request.setDecorator<Admitted>(admittedKey, admission.admitted);
    },
    handler: async (request, reply) => {
      const admitted = request.getDecorator<Admitted>(admittedKey);
      const answer = await answerDelivery(deps, admitted, request, readRegion(request.query.region));
      if (answer.ok) return answer.body;
      const context = { registry: admitted.registry.name, ...answer.context };
      return refuse(request, reply, answer.refusal, context);
    },
  });

  app.route<EventGridRoute>({
    method: "OPTIONS",
    url,
    onRequest: async (request, reply) => {
      const admission = admitConsent(deps, request, request.params.registry);
      if (admission.kind === "refused")
        return refuse(request, reply, admission.refusal, contextOf(admission));
      const headers = answerConsent(request.headers);
      if (headers === undefined) {
        const message = "WebHook-Request-Origin is not a DNS name.";
        const context = { registry: admission.admitted.registry.name };
        return refuse(request, reply, { status: 400, code: "bad-request", message }, context);
      }
      return reply.code(200).headers(headers).send();
    },
    // Answered above, before a body could be read.
    handler: async (_request, reply) => reply,
  });
}

function contextOf(admission: { readonly reason: string; readonly registry?: string }): RefusalContext {
  const { reason, registry } = admission;
  return registry === undefined ? { reason } : { reason, registry };
}

async function answerDelivery(
  deps: RouteDeps,
  admitted: Admitted,
  request: FastifyRequest<EventGridRoute>,
  region: string,
): Promise<Answer> {
  const { registry } = admitted;
  if (!isSignedBody(admitted, request.body, registry.eventGrid.secrets)) {
    return { ok: false, refusal: unauthorized, context: { reason: "the signature is wrong" } };
  }
  const parsed = parseJsonBody(request.body);
  if (!parsed.ok) return parsed;
  const entries = eventGridEntries(parsed.json);
  const message = findSubscriptionMessage(request.headers, entries);
  if (message !== undefined) return answerSubscription(deps, admitted, message);
  return recordDelivery(deps, admitted, entries, region);
}

function answerSubscription(deps: RouteDeps, { registry }: Admitted, message: SubscriptionMessage): Answer {
  if (message.kind === "unusable") {
    return { ok: false, refusal: { status: 400, code: "nothing-usable", message: message.problem } };
  }
  // Consent is given only for the registry itself, where its resource id is known.
  const findOther = message.kind === "validation" ? findUnprovenTopic : findOtherTopic;
  const other = findOther(message.topic, registry);
  if (other !== undefined) {
    return { ok: false, refusal: { status: 422, code: "another-registry", message: other } };
  }
  const fields = { step: "receive", way: "eventgrid", registry: registry.name };
  if (message.kind === "deletion") {
    deps.log.warn(fields, "Event Grid says that its subscription was deleted");
    return { ok: true, body: { status: "subscription-deleted" } };
  }
  deps.log.info(fields, "Event Grid subscription validated");
  return { ok: true, body: { validationResponse: message.code } };
}

async function recordDelivery(
  deps: RouteDeps,
  { registry }: Admitted,
  entries: readonly unknown[],
  region: string,
): Promise<Answer> {
  const delivery = sortDelivery(entries, registry, region, deps.now());
  const { sightings, refusals } = delivery;
  if (sightings.length === 0) return { ok: false, refusal: delivery.nothingUsable };
  for (const refusal of refusals) {
    deps.logRefusal(refusal, { way: "eventgrid", registry: registry.name });
  }
  for (const { event, region } of sightings) {
    const { id: eventId, action } = event;
    deps.log.info(
      { step: "receive", eventId, registry: registry.name, way: "eventgrid", region, action },
      "event received",
    );
  }
  const recording = await deps.record(sightings);
  if (recording.kind === "refused") {
    const only = sightings.length === 1 ? sightings[0]?.event.id : undefined;
    const context: RefusalContext = { step: "record", reason: recording.reason };
    return {
      ok: false,
      refusal: recording.refusal,
      context: only === undefined ? context : { ...context, eventId: only },
    };
  }
  const recorded = recording.as.filter((as) => as === "recorded").length;
  return {
    ok: true,
    body: {
      status: recorded > 0 ? "recorded" : "duplicate",
      ...(sightings.length === 1 ? { id: sightings[0]?.event.id } : {}),
      recorded,
      duplicates: recording.as.length - recorded,
      refused: refusals.length,
    },
  };
}
