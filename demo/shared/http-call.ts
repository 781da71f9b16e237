import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

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
  /** Bytes, a text, or what is sent as JSON. */
  readonly body?: unknown;
  /** An answer that goes on: `write` is called with each line of JSON; the function given back ends it. */
  readonly stream?: (write: (line: unknown) => void, end: () => void) => () => void;
};

/** A room of a world: answers the calls that are its own, gives undefined for the others. */
export type Handler = (call: Call) => Promise<Reply | undefined> | Reply | undefined;

/** A call that cannot be taken apart: its path does not decode, or its body is too large or was cut off. */
export class BadCall extends Error {
  readonly status: 400 | 413;
  readonly part: "path" | "body";

  constructor(status: 400 | 413, part: "path" | "body", message: string) {
    super(message);
    this.name = "BadCall";
    this.status = status;
    this.part = part;
  }
}

const bodyPatienceMs = 120_000;

/** A JSON answer. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers, body: value };
}

/** Takes a request apart; throws `BadCall` for a path that does not decode. */
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
  if (reply.stream !== undefined) {
    response.writeHead(reply.status, { "Content-Type": "application/json", ...reply.headers });
    response.flushHeaders();
    const end = reply.stream(
      (line) => response.write(`${JSON.stringify(line)}\n`),
      () => response.end(),
    );
    response.on("close", end);
    return;
  }
  const { bytes, type } = encode(reply.body);
  response.writeHead(reply.status, {
    "Content-Length": String(bytes.length),
    ...(type === undefined ? {} : { "Content-Type": `${type}; charset=utf-8` }),
    ...reply.headers,
  });
  response.end(method === "HEAD" ? undefined : bytes);
}

function encode(body: unknown): { readonly bytes: Buffer; readonly type?: string } {
  if (body === undefined || Buffer.isBuffer(body)) return { bytes: body ?? Buffer.alloc(0) };
  if (typeof body === "string") return { bytes: Buffer.from(body), type: "text/plain" };
  return { bytes: Buffer.from(JSON.stringify(body)), type: "application/json" };
}

function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    throw new BadCall(400, "path", "the path is not valid percent-encoding");
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  request.setTimeout(bodyPatienceMs, () => request.destroy());
  try {
    return await collect(request, maxBytes);
  } catch (error) {
    if (error instanceof BadCall) throw error;
    throw new BadCall(400, "body", "the body was cut off");
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

function tooLarge(maxBytes: number): BadCall {
  return new BadCall(413, "body", `the body is larger than ${maxBytes} bytes`);
}
