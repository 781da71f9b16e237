import type { IncomingMessage, ServerResponse } from "node:http";
import { StatusError, statusBody } from "./status-error.ts";

/** One request, taken apart. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** One answer as data, so that a fault can lose it after its effect. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown }
  | { readonly status: number; readonly text: string }
  /** An answer that goes on: `write` is called with each line; the function given back ends it. */
  | { readonly stream: (write: (line: unknown) => void, end: () => void) => () => void };

// An API server takes 3 MiB (kube-apiserver's limit for request bodies).
const maxBodyBytes = 3 * 1024 * 1024;

/** Reads a request to its end; throws 413 for one that is too large. */
export async function readExchange(request: IncomingMessage): Promise<Exchange> {
  const url = new URL(request.url ?? "/", "http://loopback");
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > maxBodyBytes)
      throw new StatusError(413, "RequestEntityTooLarge", `limit is ${maxBodyBytes}`);
    parts.push(bytes);
  }
  return {
    method: request.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(parts),
  };
}

/** Writes an answer; a stream is ended with the connection. */
export function writeAnswer(response: ServerResponse, answer: Answer): void {
  if ("stream" in answer) {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.flushHeaders();
    const end = answer.stream(
      (line) => response.write(`${JSON.stringify(line)}\n`),
      () => response.end(),
    );
    response.on("close", end);
    return;
  }
  const isText = "text" in answer;
  const body = Buffer.from(isText ? answer.text : JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    "Content-Type": isText ? "text/plain" : "application/json",
    "Content-Length": String(body.length),
    ...(isText ? {} : answer.headers),
  });
  response.end(body);
}

/** The answer to a refusal; anything else is thrown on. */
export function refusalAnswer(error: unknown): Answer {
  if (!(error instanceof StatusError)) throw error;
  const { retryAfterSeconds } = error;
  const headers = retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) };
  return { status: error.code, headers, body: statusBody(error) };
}
