import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Faults, Struck } from "../shared/faults.ts";
import type { createCalls } from "../shared/recent-calls.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { readBody, sendAnswer } from "./http-answer.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { SlackState } from "./state.ts";
import type { createWebApi } from "./web-api.ts";
import { rateLimited } from "./web-api.ts";

/** What the server needs. */
export type ServeDeps = {
  readonly state: SlackState;
  readonly api: ReturnType<typeof createWebApi>;
  readonly responseUrls: ResponseUrls;
  readonly faults: Faults;
  readonly calls: ReturnType<typeof createCalls>;
};

/** A running server: its address `http://127.0.0.1:PORT`, and its end. */
export type SlackServer = { readonly address: string; readonly close: () => Promise<void> };

type Done = {
  readonly answer: HttpAnswer;
  /** Absent: the call was not read. */
  readonly args?: Readonly<Record<string, unknown>>;
  readonly error?: string;
};

/** Starts the loopback server for `/api/<method>` and response_urls, with the faults that were ordered. */
export async function serveSlack(deps: ServeDeps): Promise<SlackServer> {
  const server = createServer((request, response) => {
    handle(deps, request, response).catch((error: unknown) => {
      // A bug of the double: show it to the caller instead of hanging.
      if (!response.headersSent) sendAnswer(response, { status: 500, body: `demo slack: ${String(error)}` });
      else response.destroy();
    });
  });
  await listen(server, deps.state.world.port);
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the Slack server has no TCP port");
  return {
    address: `http://127.0.0.1:${bound.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

async function handle(deps: ServeDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const body = await readBody(request);
  if (body === undefined) {
    // What is left of the body is not read, so the connection cannot be used again.
    return sendAnswer(response, { status: 413, headers: { connection: "close" }, body: "request_too_large" });
  }
  const apiMethod = /^\/api\/([A-Za-z.]+)$/.exec(url.pathname)?.[1];
  const isResponseUrl = url.pathname.startsWith("/actions/");
  if (apiMethod === undefined && !(isResponseUrl && request.method === "POST")) {
    return sendAnswer(response, { status: 404, body: "not_found" });
  }
  const method = apiMethod ?? "response_url";
  const asked = { method, body, headers: request.headers, query: url.searchParams };
  const run = (): Done => {
    if (apiMethod !== undefined) return deps.api.handle(asked);
    return { answer: deps.responseUrls.handle(url.pathname, body), args: { body } };
  };
  const struck = deps.faults.strike(method);
  const done = await withFault(struck, run);
  const cut = done === undefined || (struck?.order.mode === "after" && struck.order.status === 0);
  const status = cut ? 0 : done.answer.status;
  const error = done?.error === undefined ? {} : { error: done.error };
  const args = done?.args ?? (apiMethod === undefined ? { body } : deps.api.peek(asked));
  deps.calls.add({ method, body: args, at: deps.state.world.now(), status, ...error });
  deps.state.changed();
  if (cut) response.destroy();
  else sendAnswer(response, done.answer);
}

/** Runs the call as an ordered fault lets it. Undefined: nothing happened and there is no answer. */
async function withFault(struck: Struck | undefined, run: () => Done): Promise<Done | undefined> {
  if (struck === undefined) return run();
  const { order } = struck;
  if (order.mode === "hang") {
    await struck.hold();
    return run();
  }
  const answer = faultAnswer(struck);
  if (order.mode === "after") {
    const { args = {} } = run();
    return { answer: answer ?? { status: 0, body: "" }, args, error: order.error ?? `fault_${order.status}` };
  }
  if (answer === undefined) return undefined;
  return { answer, error: order.error ?? `fault_${order.status}` };
}

function faultAnswer({ order }: Struck): HttpAnswer | undefined {
  if (order.status === 0) return undefined;
  if (order.status === 429) return rateLimited(order.retryAfter);
  if (order.status === 200)
    return { status: 200, body: { ok: false, error: order.error ?? "internal_error" } };
  const headers: Record<string, string> =
    order.retryAfter === undefined ? {} : { "retry-after": String(order.retryAfter) };
  return { status: order.status, headers, body: { ok: false, error: order.error ?? "internal_error" } };
}
