import type { IncomingMessage, ServerResponse } from "node:http";

/** What goes back over HTTP. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
};

// Far above what a message may hold; a double must not be a way to fill the memory either.
const largestBody = 1_000_000;

/** The whole body as text; undefined when it is too large or was cut off. */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > largestBody) return undefined;
      chunks.push(bytes);
    }
  } catch {
    // The caller went away in the middle; there is nobody to answer.
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Sends an answer: JSON for an object, plain text for a string. */
export function sendAnswer(response: ServerResponse, answer: HttpAnswer): void {
  const isText = typeof answer.body === "string";
  const body = isText ? String(answer.body) : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    "content-type": isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8",
    ...answer.headers,
  });
  response.end(body);
}
