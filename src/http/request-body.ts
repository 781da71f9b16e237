import { isUtf8 } from "node:buffer";
import type { FastifyRequest } from "fastify";
import type { Refused } from "./http-refusal.ts";

/**
 * Makes fastify read the body whatever its content type says: ACR replaces the header by a webhook's custom one, and
 * fastify would answer 415 to a malformed value. To be called before the body is read.
 */
export function takeAnyContentType(request: Pick<FastifyRequest, "raw">): void {
  request.raw.headers["content-type"] = "application/octet-stream";
}

export type JsonBody = { readonly ok: true; readonly json: unknown } | Refused;

const byteOrderMark = 0xfeff;

/** Parses raw bytes as JSON in UTF-8, with or without a byte order mark; the refusal never repeats the body. */
export function parseJsonBody(body: unknown): JsonBody {
  if (!Buffer.isBuffer(body) || body.length === 0) return notJson("The body is empty.");
  if (!isUtf8(body)) return notJson("The body is not UTF-8 text.");
  const text = body.toString("utf8");
  try {
    const json: unknown = JSON.parse(text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text);
    return { ok: true, json };
  } catch {
    // The parser's own message quotes the body, which may hold anything.
    return notJson("The body is not JSON.");
  }
}

function notJson(message: string): Refused {
  return { ok: false, refusal: { status: 400, code: "not-json", message } };
}
