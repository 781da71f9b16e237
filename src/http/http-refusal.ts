import type { FastifyReply } from "fastify";

export type RefusalCode =
  | "unauthorized"
  | "forbidden"
  | "unknown-registry"
  | "not-found"
  | "method-not-allowed"
  | "body-too-large"
  | "bad-request"
  | "not-json"
  | "nothing-usable"
  | "not-an-acr-event"
  | "another-registry"
  | "store-unwritable"
  | "signing-key-unknown"
  | "not-ready"
  | "not-recorded"
  | "busy"
  | "request-timeout"
  | "headers-too-large"
  | "internal";

/** A request that is not served: what the caller is told. It holds no secret and nothing of the inside. */
export interface HttpRefusal {
  readonly status: number;
  readonly code: RefusalCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a refusal's log line says besides its status and code. */
export interface RefusalContext {
  readonly step?: "receive" | "record" | undefined;
  readonly registry?: string | undefined;
  readonly eventId?: string | undefined;
  readonly way?: string;
  readonly remote?: string;
  /** Why, for the operator; never a body, never a secret. */
  readonly reason?: string;
}

/** What a check says of a request that is not served. */
export interface Refused {
  readonly ok: false;
  readonly refusal: HttpRefusal;
  readonly context?: RefusalContext;
}

/** The one form in which this service answers errors. */
export function errorBody(refusal: Pick<HttpRefusal, "code" | "message">): {
  readonly error: { readonly code: string; readonly message: string };
} {
  return { error: { code: refusal.code, message: refusal.message } };
}

/** Answers a refusal. A request whose body has not been read loses its connection with it. */
export function sendRefusal(reply: FastifyReply, refusal: HttpRefusal): FastifyReply {
  const { raw } = reply.request;
  const announcesBody =
    raw.headers["transfer-encoding"] !== undefined || (raw.headers["content-length"] ?? "0") !== "0";
  // Else Node would read an unread body to its end, however long it is.
  if (announcesBody && !raw.complete) reply.header("connection", "close");
  return reply
    .code(refusal.status)
    .headers(refusal.headers ?? {})
    .send(errorBody(refusal));
}

/** 401 says nothing about which part was wrong. */
export const unauthorized: HttpRefusal = {
  status: 401,
  code: "unauthorized",
  message: "The secret, signature or token is missing or wrong.",
  headers: { "www-authenticate": 'Bearer realm="acr-chatops"' },
};

/** 503 for a token whose key is being read: the caller may come again after so many seconds. */
export function keyUnknown(retryAfterSeconds: number): HttpRefusal {
  return {
    status: 503,
    code: "signing-key-unknown",
    message: "The key that signed the token is not known yet. Please send it again.",
    headers: { "retry-after": String(retryAfterSeconds) },
  };
}

/** 500: what a person asked for was not written down, and they may ask again. */
export const notRecorded: HttpRefusal = {
  status: 500,
  code: "not-recorded",
  message: "Not recorded. Nothing was changed.",
};

/** 404 for an address that nothing is at. */
export const nothingHere: HttpRefusal = { status: 404, code: "not-found", message: "There is nothing here." };

/** 404 for a short name that the configuration does not have. */
export const unknownRegistry: HttpRefusal = {
  status: 404,
  code: "unknown-registry",
  message: "No registry of that name is configured here.",
};
