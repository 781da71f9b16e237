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

/** The one form in which this service answers errors. */
export function errorBody(refusal: Pick<HttpRefusal, "code" | "message">): {
  readonly error: { readonly code: string; readonly message: string };
} {
  return { error: { code: refusal.code, message: refusal.message } };
}

/** Answers a refusal. A request whose body has not been read loses its connection with it. */
export function sendRefusal(reply: FastifyReply, refusal: HttpRefusal): FastifyReply {
  reply.code(refusal.status);
  if (refusal.headers !== undefined) reply.headers(refusal.headers);
  const { raw } = reply.request;
  const announcesBody =
    raw.headers["transfer-encoding"] !== undefined || (raw.headers["content-length"] ?? "0") !== "0";
  // Else Node would read an unread body to its end, however long it is.
  if (announcesBody && !raw.complete) reply.header("connection", "close");
  return reply.send(errorBody(refusal));
}

/** 401 says nothing about which part was wrong. */
export const unauthorized: HttpRefusal = {
  status: 401,
  code: "unauthorized",
  message: "The secret, signature or token is missing or wrong.",
  headers: { "www-authenticate": 'Bearer realm="acr-chatops"' },
};

/** 404 for a short name that the configuration does not have. */
export const unknownRegistry: HttpRefusal = {
  status: 404,
  code: "unknown-registry",
  message: "No registry of that name is configured here.",
};
