import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from "fastify";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { errorBody, type HttpRefusal, nothingHere, sendRefusal } from "./http-refusal.ts";
import { readBodies } from "./read-bodies.ts";
import type { LogRefusal } from "./refusal-log.ts";
import { maxParamLength, maxUnprovenBodyBytes, type ServerLimits } from "./request-limits.ts";

/**
 * A fastify server, not listening yet, that is hard on slow and malformed clients: raw Buffer bodies, limits on time
 * and size, and every error as `{"error":{"code","message"}}` without stack. 404 and 405 are answered unread.
 */
export function createHardenedServer(deps: {
  readonly limits: ServerLimits;
  readonly log: Log;
  readonly logRefusal: LogRefusal;
}): FastifyInstance {
  const { limits } = deps;
  const app = fastify({
    logger: false,
    bodyLimit: maxUnprovenBodyBytes,
    routerOptions: { maxParamLength },
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionTimeout: limits.idleTimeoutMs,
    // While it drains a request that is in is still answered: an event refused then would be lost to a native webhook.
    return503OnClosing: false,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
      maxHeaderSize: limits.maxHeaderBytes,
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) => {
      sendRefusal(reply, refusalOf(error));
    },
  });
  drainOnClose(app, limits.drainLimitMs);
  app.server.maxConnections = limits.maxConnections;
  readBodies(app, limits);
  refuseInOneForm(app, deps);
  return app;
}

/** Every error, and every request that has no route, as a refusal. */
function refuseInOneForm(app: FastifyInstance, deps: { readonly log: Log; readonly logRefusal: LogRefusal }) {
  const methodsOf = trackRouteMethods(app);
  app.addHook("onRequest", async (request, reply) => {
    if (request.is404) return sendRefusal(reply, refuseUnknown(request, methodsOf));
  });
  app.setNotFoundHandler((request, reply) => sendRefusal(reply, refuseUnknown(request, methodsOf)));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status === 500) deps.log.error({ error: describeError(error) }, "request failed");
    else deps.logRefusal(refusal, { remote: request.ip });
    return sendRefusal(reply, refusal);
  });
}

/**
 * Makes `app.close()` end soon: from then on every answer closes its connection, which clients would else keep open
 * for the keep-alive time, and whatever is still open after `limitMs` is cut off. Node stops its own checks of slow
 * requests when a server closes.
 */
function drainOnClose(app: FastifyInstance, limitMs: number): void {
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  app.addHook("preClose", async () => {
    closing = true;
    timer = setTimeout(() => app.server.closeAllConnections(), limitMs);
  });
  app.addHook("onSend", async (_request, reply) => {
    if (closing) reply.header("connection", "close");
  });
  app.addHook("onClose", async () => clearTimeout(timer));
}

/**
 * Remembers the routes that are added to `app` from now on, and gives a function from a path to the methods that it
 * has, sorted; empty for an unknown path. Fastify itself answers 404 to a known path with a wrong method.
 */
function trackRouteMethods(app: FastifyInstance): (path: string) => readonly string[] {
  const patterns: { readonly segments: readonly string[]; readonly methods: readonly string[] }[] = [];
  app.addHook("onRoute", (route) => {
    patterns.push({ segments: route.url.split("/"), methods: [route.method].flat() });
  });
  return (path) => {
    const segments = path.split("/");
    const found = patterns.filter((pattern) => matches(pattern.segments, segments));
    return [...new Set(found.flatMap(({ methods }) => methods))].sort();
  };
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  const wildcard = pattern.at(-1) === "*";
  if (wildcard ? path.length < pattern.length : path.length !== pattern.length) return false;
  return pattern.every((segment, index) => {
    if (wildcard && index === pattern.length - 1) return true;
    return segment.startsWith(":") ? path[index] !== "" : segment === path[index];
  });
}

function refuseUnknown(request: FastifyRequest, methodsOf: (path: string) => readonly string[]): HttpRefusal {
  const path = request.url.split("?", 1)[0] ?? "/";
  const methods = methodsOf(path);
  if (methods.length === 0) return nothingHere;
  const allow = methods.join(", ");
  return {
    status: 405,
    code: "method-not-allowed",
    message: `This address takes ${allow}.`,
    headers: { allow },
  };
}

const busy: HttpRefusal = {
  status: 503,
  code: "busy",
  message: "Too much is being sent here at the moment. Please send it again.",
  headers: { "retry-after": "5" },
};
const malformed: HttpRefusal = { status: 400, code: "bad-request", message: "The request is malformed." };

/** Fastify's own errors keep their status but not their words, which may name internals. */
function refusalOf(error: { readonly statusCode?: number | undefined }): HttpRefusal {
  const status = error.statusCode ?? 500;
  if (status === 413) return { status, code: "body-too-large", message: "The body is too large." };
  if (status === 404 || status === 414) return nothingHere;
  if (status === 503) return busy;
  if (status >= 400 && status < 500) return { ...malformed, status };
  return { status: 500, code: "internal", message: "Something went wrong here; it has been logged." };
}

/** Answers what Node's HTTP parser refused, before there is a request: malformed, headers too large, over time. */
function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, ...refusal } = refusalOfParser(error.code);
  const body = JSON.stringify(errorBody(refusal));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function refusalOfParser(code: string | undefined): HttpRefusal {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return { status: 408, code: "request-timeout", message: "The request took too long." };
  }
  if (code === "HPE_HEADER_OVERFLOW") {
    return { status: 431, code: "headers-too-large", message: "The headers are too large." };
  }
  return malformed;
}
