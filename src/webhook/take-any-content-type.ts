import type { FastifyRequest } from "fastify";

/**
 * Makes fastify read the body whatever its content type says: ACR replaces the header by a webhook's custom one, and
 * fastify would answer 415 to a malformed value. To be called before the body is read.
 */
export function takeAnyContentType(request: Pick<FastifyRequest, "raw">): void {
  request.raw.headers["content-type"] = "application/octet-stream";
}
