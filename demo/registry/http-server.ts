import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Call, type Handler, json, type Reply, readCall, writeReply } from "../shared/http-call.ts";
import type { Fault, Faults } from "../shared/path-faults.ts";
import { ArmError } from "./arm-error.ts";
import { RegistryError } from "./registry-error.ts";

/** A server that is listening on loopback. */
export type WorldServer = { readonly port: number; readonly close: () => Promise<void> };

/** Listens on 127.0.0.1 and gives each call to the first handler that takes it; faults go first. */
export async function startServer(options: {
  readonly port: number;
  readonly handlers: readonly Handler[];
  readonly faults: Faults;
  readonly onProblem: (error: unknown) => void;
}): Promise<WorldServer> {
  const ending = new AbortController();
  const server = createServer((request, response) => {
    serve(request, response, { ...options, signal: ending.signal }).catch((error: unknown) => {
      if (!ending.signal.aborted && !response.destroyed) options.onProblem(error);
      response.destroy();
    });
  });
  await listen(server, options.port);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    port,
    async close() {
      ending.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

type Serving = {
  readonly handlers: readonly Handler[];
  readonly faults: Faults;
  readonly onProblem: (error: unknown) => void;
  readonly signal: AbortSignal;
};

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  let call: Call;
  try {
    call = readCall(request);
  } catch (error) {
    return writeReply(response, request.method ?? "GET", replyTo(error, serving.onProblem));
  }
  const fault = serving.faults.take(call);
  if (fault?.delayMs !== undefined) await delay(fault.delayMs, undefined, { signal: serving.signal });
  const fails = fault?.status !== undefined || fault?.dropConnection === true;
  const hasNoEffect = fails && fault?.when !== "after";
  const reply = hasNoEffect ? undefined : await answer(call, serving);
  if (fault?.dropConnection === true) {
    request.socket.destroy();
    return;
  }
  writeReply(
    response,
    call.method,
    fails && fault !== undefined ? faultReply(call, fault) : (reply ?? unknownPath()),
  );
}

async function answer(call: Call, serving: Serving): Promise<Reply> {
  try {
    for (const handler of serving.handlers) {
      const reply = await handler(call);
      if (reply !== undefined) return reply;
    }
    return unknownPath();
  } catch (error) {
    return replyTo(error, serving.onProblem);
  }
}

function replyTo(error: unknown, onProblem: (error: unknown) => void): Reply {
  if (error instanceof RegistryError) {
    return json(error.status, registryErrors(error.code, error.message, error.detail), error.headers);
  }
  if (error instanceof ArmError) {
    return json(error.status, { error: { code: error.code, message: error.message } }, error.headers);
  }
  onProblem(error);
  return json(500, registryErrors("UNKNOWN", "unknown error", {}));
}

function faultReply(call: Call, fault: Fault): Reply {
  const status = fault.status ?? 500;
  const isThrottled = status === 429;
  const headers: Record<string, string> = {};
  if (fault.retryAfter !== undefined) headers["Retry-After"] = String(fault.retryAfter);
  if (call.path.startsWith("/subscriptions/")) {
    const code = isThrottled ? "TooManyRequests" : "InternalServerError";
    return json(status, { error: { code, message: "The request was refused for now." } }, headers);
  }
  // The body of ACR's own 429 is not published; this is the code that clients show.
  const code = isThrottled ? "TOOMANYREQUESTS" : "UNKNOWN";
  return json(status, registryErrors(code, isThrottled ? "too many requests" : "unknown error", {}), headers);
}

function registryErrors(code: string, message: string, detail: unknown) {
  return { errors: [{ code, message, detail }] };
}

function unknownPath(): Reply {
  return json(404, registryErrors("UNSUPPORTED", "The operation is unsupported.", {}));
}
