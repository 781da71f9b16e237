import type { FastifyInstance } from "fastify";
import { unauthorized } from "../http/http-refusal.ts";
import { parseJsonBody } from "../http/request-body.ts";
import { admitNative, isSignedBody } from "./callers/admit.ts";
import { findOtherHost } from "./callers/hosts.ts";
import {
  type Answered,
  addDeliveryRoute,
  type Delivery,
  type RouteDeps,
  recordAll,
} from "./delivery-route.ts";
import { type ParsedEvent, readEventData } from "./event-data.ts";
import { describeForeignPayload } from "./foreign-payload.ts";

// A native event is about 700 bytes; ACR publishes no limit.
const bodyLimit = 256 * 1024;

/**
 * `POST /webhooks/acr/{registry}?region=`: ACR's native webhook. In this order: known registry, secret (or, once the
 * body is there, its signature), JSON, an ACR event, of this registry, on disk. Only then 200.
 */
export function addNativeRoute(app: FastifyInstance, deps: RouteDeps): void {
  const url = "/webhooks/acr/:registry";
  addDeliveryRoute(app, deps, { url, way: "webhook", bodyLimit, admit: admitNative, answer });
}

/** Authenticated before parsed, parsed before validated; each refusal has its own status. */
async function answer(deps: RouteDeps, { admitted, request, region }: Delivery): Promise<Answered> {
  const { registry } = admitted;
  if (!isSignedBody(admitted, request.body, registry.webhook.secrets))
    return { ok: false, refusal: unauthorized, context: { reason: "the signature is wrong" } };
  const parsed = parseJsonBody(request.body);
  if (!parsed.ok) return parsed;
  const receivedAt = deps.now();
  const read = readPayload(parsed.json, receivedAt);
  if (!read.ok)
    return { ok: false, refusal: { status: 422, code: "not-an-acr-event", message: read.problem } };
  const other = findOtherHost(read.facts.host, registry);
  if (other !== undefined)
    return { ok: false, refusal: { status: 422, code: "another-registry", message: other } };
  const event = { registry: registry.name, ...read.facts };
  const recorded = await recordAll(deps, [{ event, way: "webhook", region, receivedAt }]);
  return recorded.ok ? { ok: true, body: { status: recorded.as[0] ?? "recorded", id: event.id } } : recorded;
}

/** One bare event object; anything else is a problem in words, which says what the payload looks like if it is known. */
function readPayload(json: unknown, now: number): ParsedEvent {
  const foreign = describeForeignPayload(json);
  return foreign === undefined ? readEventData(json, now) : { ok: false, problem: foreign };
}
