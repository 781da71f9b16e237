import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Config } from "../config/config.ts";
import { type Refused, sendRefusal } from "../http/http-refusal.ts";
import { proveByHeaders } from "../http/read-bodies.ts";
import type { LogRefusal } from "../http/refusal-log.ts";
import { takeAnyContentType } from "../http/request-body.ts";
import type { Log } from "../log.ts";
import type { Sighting } from "../nouns/registry-event.ts";
import type { SigningKeySource } from "../outgoing/signing-keys.ts";
import type { Store } from "../store/store.ts";
import type { Admission, Admitted } from "./callers/admit.ts";
import { readRegion } from "./event-fields.ts";
import type { Recorded, RecordSightings } from "./record.ts";

/** What receiving and recording need. `config` is asked anew for each request: it can be replaced while running. */
export interface IngestDeps {
  readonly config: () => Config;
  readonly store: Pick<Store, "recordEvents">;
  readonly signingKeys: SigningKeySource;
  readonly now: () => number;
  readonly log: Log;
}

/** What a route to which events are delivered needs. */
export type RouteDeps = IngestDeps & { readonly record: RecordSightings; readonly logRefusal: LogRefusal };

/** A request to a webhook: `?region=` may stand in its address. */
export interface ToWebhook {
  Params: { registry: string };
  Querystring: { region?: unknown };
}

/** A delivery whose caller may go on, its body read and not parsed. */
export interface Delivery {
  readonly admitted: Admitted;
  readonly request: FastifyRequest<ToWebhook>;
  readonly region: string;
}

/** What is answered: a body with 200, or a refusal. */
export type Answered = { readonly ok: true; readonly body: object } | Refused;

/** What differs from one way of delivery to the next. */
interface DeliveryRoute {
  readonly url: string;
  readonly way: Sighting["way"];
  readonly bodyLimit: number;
  admit(deps: RouteDeps, request: FastifyRequest, registry: string): Admission | Promise<Admission>;
  answer(deps: RouteDeps, delivery: Delivery): Promise<Answered>;
}

/** Adds a POST route whose caller is admitted before the body is read; every refusal is logged with its way. */
export function addDeliveryRoute(app: FastifyInstance, deps: RouteDeps, route: DeliveryRoute): void {
  const { url, way, bodyLimit } = route;
  const refuse = createRefuse(deps, way);
  const admittedKey = `admitted by ${url}`;
  app.decorateRequest(admittedKey, null);
  app.route<ToWebhook>({
    method: "POST",
    url,
    bodyLimit,
    onRequest: async (request, reply) => {
      takeAnyContentType(request);
      const admission = await route.admit(deps, request, request.params.registry);
      if (!admission.ok) return refuse(request, reply, admission);
      if (admission.signature === undefined) proveByHeaders(request);
      request.setDecorator<Admitted>(admittedKey, admission);
    },
    handler: async (request, reply) => {
      const admitted = request.getDecorator<Admitted>(admittedKey);
      const region = readRegion(request.query.region);
      const answer = await route.answer(deps, { admitted, request, region });
      if (answer.ok) return answer.body;
      const context = { registry: admitted.registry.name, ...answer.context };
      return refuse(request, reply, { ...answer, context });
    },
  });
}

/** Makes what answers a refusal and logs it. */
export function createRefuse({ logRefusal }: Pick<RouteDeps, "logRefusal">, way: Sighting["way"]) {
  return (request: FastifyRequest, reply: FastifyReply, { refusal, context }: Refused): FastifyReply => {
    logRefusal(refusal, { way, remote: request.ip, ...context });
    return sendRefusal(reply, refusal);
  };
}

/** Writes down what was received, each event with its line in the log. */
export async function recordAll(
  { log, record }: RouteDeps,
  sightings: readonly Sighting[],
): Promise<Recorded | Refused> {
  for (const { event, way, region } of sightings) {
    const { id: eventId, registry, action } = event;
    log.info({ step: "receive", eventId, registry, way, region, action }, "event received");
  }
  const recorded = await record(sightings);
  const only = sightings.length === 1 ? sightings[0] : undefined;
  return recorded.ok ? recorded : { ...recorded, context: { ...recorded.context, eventId: only?.event.id } };
}
