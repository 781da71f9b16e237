import { isJsonObject } from "../outgoing/json-or-nothing.ts";

/**
 * What JSON that is no native ACR event looks like, in words for whoever configured the sender; undefined if nothing
 * is recognised. Shapes are those of the senders' own documentation.
 */
export function describeForeignPayload(json: unknown): string | undefined {
  if (Array.isArray(json)) {
    const isEventGrid = json.some(
      (entry) => isJsonObject(entry) && ("eventType" in entry || "specversion" in entry),
    );
    return isEventGrid
      ? eventGridHint
      : "this is an array; an ACR webhook sends one bare event object in each request";
  }
  if (!isJsonObject(json))
    return `this is ${json === null ? "null" : `a ${typeof json}`}, not an ACR webhook event`;
  if (Array.isArray(json.events)) {
    return "this is a docker-distribution envelope (events[]), not an ACR webhook";
  }
  if ("eventType" in json || "specversion" in json) return eventGridHint;
  const sender = Object.entries(senders).find(([field]) => field in json);
  return sender === undefined ? undefined : `this is ${sender[1]}, not an ACR webhook`;
}

/** By a field that only they send. */
const senders = {
  push_data: "a Docker Hub webhook",
  event_data: "a Harbor webhook",
  docker_url: "a Quay webhook",
  registry_package: "a GitHub packages webhook",
  "detail-type": "an Amazon EventBridge event",
};

const eventGridHint =
  "this is an Event Grid event, not a native ACR webhook; its address is /webhooks/eventgrid/{registry}";
