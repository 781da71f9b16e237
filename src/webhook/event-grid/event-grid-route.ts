import type { FastifyInstance } from "fastify";
import { unauthorized } from "../../http/http-refusal.ts";
import { parseJsonBody } from "../../http/request-body.ts";
import { type Admitted, admitConsent, admitEventGrid, isSignedBody } from "../callers/admit.ts";
import { findOtherTopic } from "../callers/hosts.ts";
import {
  type Answered,
  addDeliveryRoute,
  createRefuse,
  type Delivery,
  type RouteDeps,
  recordAll,
  type ToWebhook,
} from "../delivery-route.ts";
import { eventGridEntries } from "./event-grid.ts";
import { sortDelivery } from "./event-grid-delivery.ts";
import { answerConsent, findSubscriptionMessage, type SubscriptionMessage } from "./event-grid-handshake.ts";

const url = "/webhooks/eventgrid/:registry";
// Event Grid sends at most 1 MiB an event and batches of 1,024 KB; the rest is room for its envelope.
const bodyLimit = 1.5 * 1024 * 1024;

/**
 * `POST` and `OPTIONS /webhooks/eventgrid/{registry}?region=`: Event Grid and CloudEvents 1.0, events and handshakes.
 * Event Grid repeats a delivery after 503, and never after 400, 401 or 413.
 */
export function addEventGridRoute(app: FastifyInstance, deps: RouteDeps): void {
  addDeliveryRoute(app, deps, { url, way: "eventgrid", bodyLimit, admit: admitEventGrid, answer });
  const refuse = createRefuse(deps, "eventgrid");
  app.route<ToWebhook>({
    method: "OPTIONS",
    url,
    onRequest: async (request, reply) => {
      const admission = admitConsent(deps, request, request.params.registry);
      if (!admission.ok) return refuse(request, reply, admission);
      const headers = answerConsent(request.headers);
      if (headers !== undefined) return reply.code(200).headers(headers).send();
      const refusal = {
        status: 400,
        code: "bad-request",
        message: "WebHook-Request-Origin is not a DNS name.",
      } as const;
      return refuse(request, reply, { ok: false, refusal, context: { registry: admission.registry.name } });
    },
    // Answered above, before a body could be read.
    handler: async (_request, reply) => reply,
  });
}

async function answer(deps: RouteDeps, delivery: Delivery): Promise<Answered> {
  const { admitted, request } = delivery;
  if (!isSignedBody(admitted, request.body, admitted.registry.eventGrid.secrets))
    return { ok: false, refusal: unauthorized, context: { reason: "the signature is wrong" } };
  const parsed = parseJsonBody(request.body);
  if (!parsed.ok) return parsed;
  const entries = eventGridEntries(parsed.json);
  const message = findSubscriptionMessage(request.headers, entries);
  if (message !== undefined) return answerSubscription(deps, admitted, message);
  return await recordDelivery(deps, delivery, entries);
}

function answerSubscription(
  { log }: RouteDeps,
  { registry }: Admitted,
  message: SubscriptionMessage,
): Answered {
  if (message.kind === "unusable")
    return { ok: false, refusal: { status: 400, code: "nothing-usable", message: message.problem } };
  const fields = { step: "receive", way: "eventgrid", registry: registry.name };
  if (message.kind === "validation") {
    // Its topic proves nothing: Microsoft's own samples have the subscription there, or the topic's id.
    log.info(fields, "Event Grid subscription validated");
    return { ok: true, body: { validationResponse: message.code } };
  }
  const other = findOtherTopic(message.topic, registry);
  if (other !== undefined)
    return { ok: false, refusal: { status: 422, code: "another-registry", message: other } };
  log.warn(fields, "Event Grid says that its subscription was deleted");
  return { ok: true, body: { status: "subscription-deleted" } };
}

async function recordDelivery(
  deps: RouteDeps,
  { admitted, region }: Delivery,
  entries: readonly unknown[],
): Promise<Answered> {
  const { registry } = admitted;
  const { sightings, refusals, nothingUsable } = await sortDelivery(entries, registry, region, deps.now());
  if (sightings.length === 0) return { ok: false, refusal: nothingUsable };
  for (const refusal of refusals) deps.logRefusal(refusal, { way: "eventgrid", registry: registry.name });
  const recorded = await recordAll(deps, sightings);
  if (!recorded.ok) return recorded;
  const fresh = recorded.as.filter((as) => as === "recorded").length;
  return {
    ok: true,
    body: {
      status: fresh > 0 ? "recorded" : "duplicate",
      // Absent in the answer to several events.
      id: sightings.length === 1 ? sightings[0]?.event.id : undefined,
      recorded: fresh,
      duplicates: recorded.as.length - fresh,
      refused: refusals.length,
    },
  };
}
