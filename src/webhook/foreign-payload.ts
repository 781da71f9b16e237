/**
 * What JSON that is no native ACR event looks like, in words for whoever configured the sender; undefined if nothing
 * is recognised. Shapes are those of the senders' own documentation.
 */
export function describeForeignPayload(json: unknown): string | undefined {
  if (Array.isArray(json)) {
    const isEventGrid = json.some(
      (entry) => isObject(entry) && ("eventType" in entry || "specversion" in entry),
    );
    return isEventGrid
      ? eventGridHint
      : "this is an array; an ACR webhook sends one bare event object in each request";
  }
  if (!isObject(json))
    return `this is ${json === null ? "null" : `a ${typeof json}`}, not an ACR webhook event`;
  if (Array.isArray(json.events)) {
    return "this is a docker-distribution envelope (events[]), not an ACR webhook";
  }
  if ("eventType" in json || "specversion" in json) return eventGridHint;
  if ("push_data" in json) return "this is a Docker Hub webhook, not an ACR webhook";
  if ("event_data" in json) return "this is a Harbor webhook, not an ACR webhook";
  if ("docker_url" in json) return "this is a Quay webhook, not an ACR webhook";
  if ("registry_package" in json) return "this is a GitHub packages webhook, not an ACR webhook";
  if ("detail-type" in json) return "this is an Amazon EventBridge event, not an ACR webhook";
  return undefined;
}

const eventGridHint =
  "this is an Event Grid event, not a native ACR webhook; its address is /webhooks/eventgrid/{registry}";

/** Whether it is a JSON object, so that its fields may be looked at. */
export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
