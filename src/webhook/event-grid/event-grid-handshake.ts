import type { IncomingHttpHeaders } from "node:http";
import { isJsonObject } from "../../outgoing/json-or-nothing.ts";

/** A message of Event Grid about the subscription itself. */
export type SubscriptionMessage =
  | { readonly kind: "validation"; readonly code: string }
  | { readonly kind: "deletion"; readonly topic?: string }
  | { readonly kind: "unusable"; readonly problem: string };

const validationType = "microsoft.eventgrid.subscriptionvalidationevent";
const deletionType = "microsoft.eventgrid.subscriptiondeletedevent";
const longestCode = 512;

/**
 * The message about the subscription in a delivery: validation comes as the only entry; `aeg-event-type` and the
 * event's own type say so, either is enough. Undefined for ordinary events. `validationUrl` is never followed.
 */
export function findSubscriptionMessage(
  headers: IncomingHttpHeaders,
  entries: readonly unknown[],
): SubscriptionMessage | undefined {
  const [entry, ...others] = entries;
  const type =
    isJsonObject(entry) && typeof entry.eventType === "string" ? entry.eventType.toLowerCase() : "";
  const said = String(headers["aeg-event-type"] ?? "").toLowerCase();
  if (said === "subscriptiondeletion" || type === deletionType) {
    const topic = isJsonObject(entry) && typeof entry.topic === "string" ? { topic: entry.topic } : {};
    return { kind: "deletion", ...topic };
  }
  if (said !== "subscriptionvalidation" && type !== validationType) return undefined;
  if (others.length > 0 || !isJsonObject(entry)) return unusable("a validation comes as the only event");
  const code = isJsonObject(entry.data) ? entry.data.validationCode : undefined;
  if (typeof code !== "string" || code === "" || code.length > longestCode) {
    return unusable("data.validationCode: is missing or not text");
  }
  return { kind: "validation", code };
}

/** Answer to the consent request of CloudEvents (HTTP 1.1 Web Hooks, section 4), or undefined if it is malformed. */
export function answerConsent(
  headers: IncomingHttpHeaders,
): Readonly<{ allow: string } & { [name: string]: string }> | undefined {
  const origin = headers["webhook-request-origin"];
  if (origin === undefined) return { allow: "POST, OPTIONS" };
  // A DNS name: anything else would be an attempt to write into our answer.
  if (typeof origin !== "string" || !/^[A-Za-z0-9.-]{1,253}$/.test(origin)) return undefined;
  return { allow: "POST", "webhook-allowed-origin": origin, "webhook-allowed-rate": "*" };
}

function unusable(problem: string): SubscriptionMessage {
  return { kind: "unusable", problem };
}
