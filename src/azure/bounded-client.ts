import { Readable } from "node:stream";
import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import { createAgents } from "../outgoing/proxy.ts";
import { readBounded } from "../outgoing/read-bounded.ts";
import { refuseWebPage } from "./foreign-answer.ts";

const everyStatus = new Set([Number.POSITIVE_INFINITY]);

/** Of every pipeline: no retries and no redirects. Our own loops decide when to try again, and ACR redirects blobs only. */
export const pipelineOptions = {
  retryOptions: { maxRetries: 0 },
  redirectOptions: { maxRetries: 0 },
  userAgentOptions: { userAgentPrefix: "acr-chatops" },
};

/**
 * An HTTP client that reads each answer to its end, at most `maxBodyBytes`, before anybody sees it: the SDKs read
 * without a limit, keep reading after their own limit, and hang on a compressed body that is cut off. A web page is no answer: it throws.
 */
export function createBoundedClient(options: {
  readonly maxBodyBytes: number;
  /** Whether a connection is used again for the next call; it is by default. */
  readonly keepAlive?: boolean;
}): HttpClient {
  const client = createDefaultHttpClient();
  const agentOf = createAgents({ keepAlive: options.keepAlive ?? true });
  return {
    async sendRequest(request) {
      // In place of what the SDK's policies have set: they read NO_PROXY in their own way, and would send a proxy to ask
      // for this machine's identity.
      const agent = agentOf(new URL(request.url));
      const response = await client.sendRequest(Object.assign(streamed(request), { agent }));
      const bytes = await readBody(response, options.maxBodyBytes);
      refuseWebPage(response, bytes);
      const { readableStreamBody: _, ...head } = response;
      // Refusals are always read as text; only who asked for a stream gets one.
      const wantsStream = response.status < 300 && wants(request, response.status);
      return wantsStream
        ? { ...head, request, readableStreamBody: Readable.from([bytes]) }
        : { ...head, request, bodyAsText: bytes.toString("utf8") };
    },
  };
}

/** The body of an answer of a bounded client. */
export async function bytesOf(response: PipelineResponse): Promise<Buffer> {
  if (response.readableStreamBody === undefined) return Buffer.from(response.bodyAsText ?? "");
  const parts: Buffer[] = [];
  for await (const part of response.readableStreamBody) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

function wants(request: PipelineRequest, status: number): boolean {
  const codes = request.streamResponseStatusCodes;
  return codes !== undefined && (codes.has(Number.POSITIVE_INFINITY) || codes.has(status));
}

function streamed(request: PipelineRequest): PipelineRequest {
  const headers = createHttpHeaders(request.headers.toJSON({ preserveCase: true }));
  headers.set("Accept-Encoding", "identity");
  return createPipelineRequest({ ...request, headers, streamResponseStatusCodes: everyStatus });
}

async function readBody(response: PipelineResponse, maxBytes: number): Promise<Buffer> {
  const stream = response.readableStreamBody;
  if (stream === undefined) return Buffer.alloc(0);
  if (!(stream instanceof Readable)) throw new Error("the answer's body is not a stream of Node");
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    stream.destroy();
    throw new RangeError(`The answer is larger than ${maxBytes} bytes.`);
  }
  return await readBounded(stream, maxBytes);
}
