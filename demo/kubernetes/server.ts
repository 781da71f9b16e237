import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { Fault, Faults } from "./faults.ts";
import { type Answer, type Exchange, readExchange, refusalAnswer, writeAnswer } from "./http-exchange.ts";
import { StatusError, statusBody } from "./status-error.ts";

export interface KubernetesServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

interface Serving {
  readonly port: number;
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  readonly faults: Faults;
  readonly answer: (call: Exchange) => Answer;
  readonly onCall: (call: Exchange, status: number) => void;
}

/** Listens on 127.0.0.1 and answers each call, as its faults let it. */
export async function startKubernetesServer(serving: Serving): Promise<KubernetesServer> {
  const ending = new AbortController();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response, serving, ending.signal).catch((error: unknown) => {
      // A bug of the double is shown to who called, in place of a connection that hangs.
      if (response.headersSent || ending.signal.aborted) response.destroy();
      else writeAnswer(response, { status: 500, text: `demo kubernetes: ${String(error)}` });
    });
  };
  const { tls } = serving;
  const server: Server =
    tls === undefined ? createHttp(handle) : createHttps({ cert: tls.certificate, key: tls.key }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(serving.port, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : serving.port,
    async close() {
      ending.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { faults, answer, onCall }: Serving,
  signal: AbortSignal,
): Promise<void> {
  const call = await readExchange(request);
  const { method, path, query } = call;
  const fault = faults.take({ method, path, isDryRun: query.getAll("dryRun").includes("All") });
  if (fault?.delayMs !== undefined) await delay(fault.delayMs, undefined, { signal });
  const fails = fault?.status !== undefined || fault?.drop === true || fault?.garbage === true;
  const reply = fails && fault.when !== "after" ? undefined : safely(() => answer(call));
  if (fault?.drop === true) {
    onCall(call, 0);
    request.socket.destroy();
    return;
  }
  const sent = fails ? faultAnswer(fault) : (reply ?? { status: 404, text: "" });
  onCall(call, "status" in sent ? sent.status : 200);
  writeAnswer(response, sent);
}

function safely(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    return refusalAnswer(error);
  }
}

function faultAnswer(fault: Fault): Answer {
  if (fault.garbage === true) return { status: 200, text: "<html>not Kubernetes</html>" };
  const status = fault.status ?? 500;
  const reason =
    { 409: "Conflict", 429: "TooManyRequests", 503: "ServiceUnavailable" }[status] ?? "InternalError";
  const headers = fault.retryAfter === undefined ? {} : { "Retry-After": String(fault.retryAfter) };
  const message = status === 429 ? "Too many requests, please try again later." : "an error on the server";
  return { status, headers, body: statusBody(new StatusError(status, reason, message)) };
}
