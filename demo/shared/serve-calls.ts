import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { FaultOrder, Struck } from "./faults.ts";
import { BadCall, type Call, type Reply, readCall, writeReply } from "./http-call.ts";

/** A server that is listening on loopback; `origin` is `http://127.0.0.1:<port>`, or https. */
export type LoopbackServer = {
  readonly port: number;
  readonly origin: string;
  readonly close: () => Promise<void>;
};

/** How a platform answers its calls. */
export type Serving<Asked, Order extends FaultOrder> = {
  readonly port: number;
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  /** Reads as much of a call as its faults and its record need. */
  readonly read: (call: Call) => Asked | Promise<Asked>;
  /** The fault that was ordered for this call. */
  readonly strike: (asked: Asked) => Struck<Order> | undefined;
  readonly answer: (asked: Asked) => Reply | Promise<Reply>;
  /** The platform's words for the status that a fault asks for. */
  readonly wrong: (order: Order, status: number, asked: Asked) => Reply;
  /** The platform's words for what `read` and `answer` throw; throws on what is no refusal but a bug. */
  readonly refuse: (error: unknown) => Reply;
  /** Told how each call was answered; undefined: its connection was cut. */
  readonly heard?: (asked: Asked, reply: Reply | undefined) => void;
  /** Hears of bugs of the platform. */
  readonly onProblem?: (error: unknown) => void;
};

/** Listens on 127.0.0.1 and answers each call, as the faults that were ordered let it; fails when the port is taken. */
export async function serveCalls<Asked, Order extends FaultOrder>(
  serving: Serving<Asked, Order>,
): Promise<LoopbackServer> {
  const { tls } = serving;
  const ending = new AbortController();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response, serving, ending.signal).catch((error: unknown) => {
      if (ending.signal.aborted || response.destroyed) return response.destroy();
      serving.onProblem?.(error);
      // A bug of the platform is shown to who called, in place of a connection that hangs.
      if (response.headersSent) response.destroy();
      else writeReply(response, "GET", { status: 500, body: `a bug of the demo: ${String(error)}` });
    });
  };
  const server =
    tls === undefined ? createHttp(handle) : createHttps({ cert: tls.certificate, key: tls.key }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(serving.port, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : serving.port;
  return {
    port,
    origin: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    async close() {
      ending.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve<Asked, Order extends FaultOrder>(
  request: IncomingMessage,
  response: ServerResponse,
  serving: Serving<Asked, Order>,
  signal: AbortSignal,
): Promise<void> {
  const method = request.method ?? "GET";
  let asked: Asked;
  try {
    asked = await serving.read(readCall(request));
  } catch (error) {
    return writeReply(response, method, refusal(serving, error));
  }
  const reply = await replyTo(asked, serving, signal);
  serving.heard?.(asked, reply);
  if (reply === undefined) request.socket.destroy();
  else writeReply(response, method, reply);
}

/** The platform's own reply, the one that a fault asks for, or none (the connection is cut). */
async function replyTo<Asked, Order extends FaultOrder>(
  asked: Asked,
  serving: Serving<Asked, Order>,
  signal: AbortSignal,
): Promise<Reply | undefined> {
  const own = async (): Promise<Reply> => {
    try {
      return await serving.answer(asked);
    } catch (error) {
      return refusal(serving, error);
    }
  };
  const struck = serving.strike(asked);
  if (struck === undefined) return own();
  const { status, retryAfter, headers, body, delayMs, mode } = struck.order;
  if (delayMs !== undefined) await delay(delayMs, undefined, { signal });
  if (mode === "hang") await struck.hold();
  if (mode === "hang" || status === undefined) return own();
  if (mode === "after") await own();
  if (status === 0) return undefined;
  const words = serving.wrong(struck.order, status, asked);
  const wait = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
  return { status, headers: { ...words.headers, ...wait, ...headers }, body: body ?? words.body };
}

function refusal<Asked, Order extends FaultOrder>(serving: Serving<Asked, Order>, error: unknown): Reply {
  const reply = serving.refuse(error);
  // What is left of a body that is too large is not read, so the connection cannot be used again.
  const isTooLarge = error instanceof BadCall && error.status === 413;
  return isTooLarge ? { ...reply, headers: { ...reply.headers, Connection: "close" } } : reply;
}
