import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type HttpRefusal, sendRefusal, unauthorized } from "../http/http-refusal.ts";
import type { LogRefusal } from "../http/refusal-log.ts";
import { parseJsonBody, takeAnyContentType } from "../http/request-body.ts";
import { maxNativeBodyBytes } from "../http/request-limits.ts";
import type { Sighting } from "../nouns/registry-event.ts";
import { type Admitted, admitNative, isSignedBody } from "./callers/admit.ts";
import { findOtherHost } from "./callers/hosts.ts";
import { type ParsedEvent, readEventData } from "./event-data.ts";
import { readRegion } from "./event-fields.ts";
import { describeForeignPayload } from "./foreign-payload.ts";
import type { IngestDeps } from "./ingest-deps.ts";
import type { RecordSightings } from "./record.ts";

interface NativeRoute {
  Params: { registry: string };
  Querystring: { region?: unknown };
}

type Verified =
  | { readonly ok: true; readonly sighting: Sighting }
  | { readonly ok: false; readonly refusal: HttpRefusal; readonly reason?: string };

const admittedKey = "nativeAdmitted";

/**
 * `POST /webhooks/acr/{registry}?region=`: ACR's native webhook. In this order: known registry, secret (or, once the
 * body is there, its signature), JSON, an ACR event, of this registry, on disk. Only then 200.
 */
export function addNativeRoute(
  app: FastifyInstance,
  deps: IngestDeps & { readonly record: RecordSightings; readonly logRefusal: LogRefusal },
): void {
  const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: HttpRefusal, context: object) => {
    deps.logRefusal(refusal, { way: "webhook", remote: request.ip, ...context });
    return sendRefusal(reply, refusal);
  };

  app.decorateRequest(admittedKey, null);
  app.route<NativeRoute>({
    method: "POST",
    url: "/webhooks/acr/:registry",
    bodyLimit: maxNativeBodyBytes,
    onRequest: async (request, reply) => {
      takeAnyContentType(request);
      const admission = admitNative(deps, request, request.params.registry);
      if (admission.kind === "refused") {
        const { refusal, reason, registry } = admission;
        return refuse(request, reply, refusal, { reason, ...(registry === undefined ? {} : { registry }) });
      }
      request.setDecorator<Admitted>(admittedKey, admission.admitted);
    },
    handler: async (request, reply) => {
      const admitted = request.getDecorator<Admitted>(admittedKey);
      const registry = admitted.registry.name;
      const verified = verifyNative(deps, admitted, request.body, readRegion(request.query.region));
      if (!verified.ok) {
        const reason = verified.reason ?? verified.refusal.message;
        return refuse(request, reply, verified.refusal, { registry, reason });
      }
      const { event, region } = verified.sighting;
      deps.log.info(
        { step: "receive", eventId: event.id, registry, way: "webhook", region, action: event.action },
        "event received",
      );
      const recording = await deps.record([verified.sighting]);
      if (recording.kind === "refused") {
        const context = { step: "record", registry, eventId: event.id, reason: recording.reason };
        return refuse(request, reply, recording.refusal, context);
      }
      return { status: recording.as[0] ?? "recorded", id: event.id };
    },
  });
}

/** Authenticated before parsed, parsed before validated; each refusal has its own status. */
function verifyNative(
  deps: Pick<IngestDeps, "now">,
  admitted: Admitted,
  body: unknown,
  region: string,
): Verified {
  const { registry } = admitted;
  if (!isSignedBody(admitted, body, registry.webhook.secrets)) {
    return { ok: false, refusal: unauthorized, reason: "the signature is wrong" };
  }
  const parsed = parseJsonBody(body);
  if (!parsed.ok) return parsed;
  const receivedAt = deps.now();
  const read = readPayload(parsed.json, receivedAt);
  if (!read.ok) {
    return { ok: false, refusal: { status: 422, code: "not-an-acr-event", message: read.problem } };
  }
  const other = findOtherHost(read.facts.host, registry);
  if (other !== undefined) {
    return { ok: false, refusal: { status: 422, code: "another-registry", message: other } };
  }
  const event = { registry: registry.name, ...read.facts };
  return { ok: true, sighting: { event, way: "webhook", region, receivedAt } };
}

/** One bare event object; anything else is a problem in words, which says what the payload looks like if it is known. */
function readPayload(json: unknown, now: number): ParsedEvent {
  const foreign = describeForeignPayload(json);
  return foreign === undefined ? readEventData(json, now) : { ok: false, problem: foreign };
}
