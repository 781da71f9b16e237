import type { JsonObject } from "../shared/json-object.ts";

/** A refusal as Kubernetes words it: a Status object and its HTTP status. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: JsonObject | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    more: { readonly details?: JsonObject; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = "StatusError";
    this.code = code;
    this.reason = reason;
    this.details = more.details;
    this.retryAfterSeconds = more.retryAfterSeconds;
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
    reason: error.reason,
    ...(error.details === undefined ? {} : { details: error.details }),
    code: error.code,
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
