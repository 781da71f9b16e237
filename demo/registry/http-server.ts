import { randomUUID } from "node:crypto";
import { BadCall, type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import type { PathFault, PathFaults } from "../shared/path-faults.ts";
import { errorReply } from "../shared/refusal.ts";
import { type LoopbackServer, serveCalls } from "../shared/serve-calls.ts";
import { ArmError } from "./arm-error.ts";
import { RegistryError } from "./registry-error.ts";

/** Listens on 127.0.0.1 and gives each call to the first handler that takes it; faults go first. */
export function startServer(options: {
  readonly port: number;
  readonly handlers: readonly Handler[];
  readonly faults: PathFaults;
  readonly onProblem: (error: unknown) => void;
}): Promise<LoopbackServer> {
  const { port, handlers, faults, onProblem } = options;
  return serveCalls<Call, PathFault>({
    port,
    read: (call) => call,
    strike: faults.strike,
    answer: async (call) => withCorrelation(await answer(handlers, call)),
    wrong: (_, status, call) => withCorrelation(faultReply(call, status)),
    refuse: (error) => withCorrelation(refuse(error, onProblem)),
    onProblem,
  });
}

async function answer(handlers: readonly Handler[], call: Call): Promise<Reply> {
  for (const handler of handlers) {
    const reply = await handler(call);
    if (reply !== undefined) return reply;
  }
  return json(404, registryErrors("UNSUPPORTED", "The operation is unsupported.", {}));
}

function withCorrelation(reply: Reply): Reply {
  return { ...reply, headers: { "X-Ms-Correlation-Request-Id": randomUUID(), ...reply.headers } };
}

function refuse(error: unknown, onProblem: (error: unknown) => void): Reply {
  if (error instanceof RegistryError) {
    return json(error.status, registryErrors(error.code, error.message, error.detail), error.headers);
  }
  if (error instanceof ArmError) {
    return errorReply(error.status, error.code, error.message, error.headers);
  }
  if (error instanceof BadCall) {
    const code = error.part === "path" ? "NAME_INVALID" : "SIZE_INVALID";
    return json(error.status, registryErrors(code, error.message, {}));
  }
  onProblem(error);
  return json(500, registryErrors("UNKNOWN", "unknown error", {}));
}

function faultReply(call: Call, status: number): Reply {
  const isThrottled = status === 429;
  if (call.path.startsWith("/subscriptions/")) {
    const code = isThrottled ? "TooManyRequests" : "InternalServerError";
    return errorReply(status, code, "The request was refused for now.");
  }
  // The body of ACR's own 429 is not published; this is the code that clients show.
  const code = isThrottled ? "TOOMANYREQUESTS" : "UNKNOWN";
  return json(status, registryErrors(code, isThrottled ? "too many requests" : "unknown error", {}));
}

function registryErrors(code: string, message: string, detail: unknown) {
  return { errors: [{ code, message, detail }] };
}
