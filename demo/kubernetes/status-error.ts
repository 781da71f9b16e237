import type { JsonObject } from "../shared/json-object.ts";
import { Refusal } from "../shared/refusal.ts";

/** A refusal as Kubernetes words it: a Status object and its HTTP status. */
export class StatusError extends Refusal {
  readonly details: JsonObject | undefined;

  constructor(
    status: number,
    reason: string,
    message: string,
    more: { readonly details?: JsonObject; readonly retryAfterSeconds?: number } = {},
  ) {
    const { details, retryAfterSeconds: wait } = more;
    super(status, reason, message, wait === undefined ? {} : { "Retry-After": String(wait) });
    this.details = details;
  }
}

/** The Status body of a refusal. */
export function statusBody(error: StatusError): JsonObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: error.message,
    reason: error.code,
    ...(error.details === undefined ? {} : { details: error.details }),
    code: error.status,
  };
}

/** `deployments.apps`, or `pods` of the core group. */
export function qualified(plural: string, group: string): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** 404 for an object that is not there. */
export function notFound(plural: string, group: string, name: string): StatusError {
  return new StatusError(404, "NotFound", `${qualified(plural, group)} "${name}" not found`, {
    details: { name, group, kind: plural },
  });
}
