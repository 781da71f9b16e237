import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

// ACR keeps the first 4096 characters of an answer (recorded: a body of 196 063 bytes cut to 4096).
const keptCharacters = 4096;
const maxReadBytes = 4 * keptCharacters;

/** What came of one POST. */
export type PostOutcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly reason: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
    }
  | { readonly kind: "timeout" }
  | { readonly kind: "unreachable" };

/**
 * Sends one POST over a connection of its own, follows nothing, repeats nothing, and reads no more of the answer than
 * ACR keeps. `timeoutMs` counts for the whole exchange; `signal` ends it early as unreachable.
 */
export function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<PostOutcome> {
  return new Promise((resolve) => {
    const target = new URL(url);
    const isHttps = target.protocol === "https:";
    const send = isHttps ? httpsRequest : httpRequest;
    const agent = isHttps ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
    const request = send(target, { method: "POST", headers, agent, signal: limits.signal });
    const timer = setTimeout(() => settle({ kind: "timeout" }), limits.timeoutMs);
    function settle(outcome: PostOutcome): void {
      clearTimeout(timer);
      resolve(outcome);
      request.destroy();
    }
    request.on("error", () => settle({ kind: "unreachable" }));
    request.on("response", (response) => {
      readText(response).then(
        (text) => settle(answered(response, text)),
        () => settle({ kind: "unreachable" }),
      );
    });
    request.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    const bytes = Buffer.from(part);
    parts.push(bytes);
    length += bytes.length;
    if (length >= maxReadBytes) break;
  }
  return Buffer.concat(parts).toString("utf8").slice(0, keptCharacters);
}

function answered(response: IncomingMessage, text: string): PostOutcome {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2) {
    headers[response.rawHeaders[i] ?? ""] = response.rawHeaders[i + 1] ?? "";
  }
  return {
    kind: "answered",
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? "",
    headers,
    text,
  };
}
