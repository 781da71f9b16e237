import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { readBounded } from "../../../../outgoing/read-bounded.ts";

/** One HTTP call to an API server, with what its TLS needs. */
export interface BoundedCall {
  readonly url: URL;
  readonly method: "GET" | "PATCH";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
  };
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal;
}

export interface BoundedAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/**
 * Sends one call and reads its answer to the end, at most `maxBodyBytes`. Redirects are not followed, as they would carry
 * the token away. A connection each, because certificates and tokens are renewed between two calls of a rollout.
 */
export function sendBounded(call: BoundedCall): Promise<BoundedAnswer> {
  return new Promise((resolve, reject) => {
    const options = {
      method: call.method,
      agent: false as const,
      signal: call.signal,
      headers: {
        ...call.headers,
        "Accept-Encoding": "identity",
        ...(call.body === undefined ? {} : { "Content-Length": Buffer.byteLength(call.body) }),
      },
    };
    const answered = (response: IncomingMessage): void => {
      readBounded(response, call.maxBodyBytes).then(
        (body) => resolve(answerOf(response, body.toString("utf8"))),
        reject,
      );
    };
    const request =
      call.url.protocol === "https:"
        ? requestHttps(call.url, { ...options, ...call.tls }, answered)
        : requestHttp(call.url, options, answered);
    request.on("error", reject);
    request.end(call.body);
  });
}

function answerOf(response: IncomingMessage, body: string): BoundedAnswer {
  return {
    status: response.statusCode ?? 0,
    header(name) {
      const value = response.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body,
  };
}
