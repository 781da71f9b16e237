import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { RegistryError } from "../registry/registry-error.ts";

/** One request, already taken apart: `path` is decoded (so `%2F` in a repository name is a slash), `rawTarget` is not. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly rawTarget: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly host: string;
  readonly readBody: (maxBytes: number) => Promise<Buffer>;
};

/** One answer as data, so that a fault can drop it after its effect was applied. */
export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
};

/** A room of the world: answers the calls that are its own, gives undefined for the others. */
export type Handler = (call: Call) => Promise<Reply | undefined> | Reply | undefined;

const bodyPatienceMs = 120_000;

/** A JSON answer; ACR writes the charset. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

/** Takes a request apart; a path that does not decode is a 400. */
export function readCall(request: IncomingMessage): Call {
  const target = request.url ?? "/";
  const cut = target.indexOf("?");
  const rawPath = cut < 0 ? target : target.slice(0, cut);
  return {
    method: request.method ?? "GET",
    path: decodePath(rawPath),
    rawTarget: target,
    query: new URLSearchParams(cut < 0 ? "" : target.slice(cut + 1)),
    headers: request.headers,
    host: request.headers.host ?? "",
    readBody: (maxBytes) => readBody(request, maxBytes),
  };
}

/** Writes an answer; HEAD keeps the length and leaves the body out. */
export function writeReply(response: ServerResponse, method: string, reply: Reply): void {
  const body = Buffer.from(reply.body ?? "");
  response.writeHead(reply.status, {
    "X-Ms-Correlation-Request-Id": randomUUID(),
    "Content-Length": String(body.length),
    ...reply.headers,
  });
  response.end(method === "HEAD" ? undefined : body);
}

function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    throw new RegistryError(400, "NAME_INVALID", "the path is not valid percent-encoding");
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  request.setTimeout(bodyPatienceMs, () => request.destroy());
  try {
    return await collect(request, maxBytes);
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw new RegistryError(400, "SIZE_INVALID", "the body was cut off");
  }
}

async function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  // Left open on refusal, so that the 413 can still be written.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function tooLarge(maxBytes: number): RegistryError {
  const message = `the body is larger than ${maxBytes} bytes`;
  return new RegistryError(413, "SIZE_INVALID", message, { headers: { Connection: "close" } });
}
