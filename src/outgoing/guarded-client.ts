import { lookup as lookUp } from "node:dns/promises";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { ChatopsError } from "../errors.ts";
import { untilAborted } from "../work/within.ts";
import { addressRefusal, type Reach, reachOf, urlRefusal } from "./address-rules.ts";
import { signalWithin } from "./deadline.ts";
import { NotTaken } from "./not-taken.ts";
import { createAgents, proxyOf, proxyRefusal } from "./proxy.ts";
import { readBounded } from "./read-bounded.ts";

// Answers of the systems that we deploy by are a few kilobytes; a page of runs is the largest.
const defaultMaxBodyBytes = 4 * 1024 * 1024;
// Shorter than the lease of an operation, so that who holds it knows how its call ended.
const defaultTimeoutMs = 30_000;
const mostRedirects = 3;
// Of a log only its end is kept; the rest is read past, up to this.
const maxLogBytes = 64 * 1024 * 1024;
const keptEndBytes = 128 * 1024;

export interface OutgoingRequest {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** `never`: a redirect is given back as it is. A GET is else led on within the same origin, other methods never. */
  readonly redirects?: "never";
  /** `end`: of a long body only its last 128 KiB. `nothing`: the body is not read. */
  readonly keep?: "end" | "nothing";
}

export interface OutgoingAnswer {
  readonly status: number;
  /** Names in lower case; of one that came twice the values with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

export type GuardedClient = ReturnType<typeof createGuardedClient>;

type Resolve = (
  hostname: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

interface Guard {
  readonly resolve: Resolve;
  readonly agentOf: ReturnType<typeof createAgents>;
  readonly privateNetwork: boolean;
  readonly maxBodyBytes: number;
}

/**
 * The one HTTP client for addresses that a configuration gives. It takes https (http on loopback), looks at the address
 * that it really connects to, after DNS, follows redirects within one origin, and reads a limited body in a limited time.
 * Node's own https with a `lookup` does this: fetch offers no way to see the address. Through a proxy there is none to be
 * seen: the rules then apply to what the URL says.
 */
export function createGuardedClient(
  options: {
    /** Whether addresses of private networks may be called; those of machines' metadata never. */
    readonly privateNetwork?: boolean;
    /** Whether a connection is used again for the next call. */
    readonly keepAlive?: boolean;
    readonly maxBodyBytes?: number;
    /** For the whole exchange, redirects included. */
    readonly timeoutMs?: number;
    readonly resolve?: Resolve;
  } = {},
) {
  const guard: Guard = {
    resolve: options.resolve ?? ((hostname) => lookUp(hostname, { all: true })),
    agentOf: createAgents({ keepAlive: options.keepAlive ?? false }),
    privateNetwork: options.privateNetwork ?? false,
    maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
  };
  return {
    /**
     * Gives any answer, whatever its status. Throws `address-forbidden`; NotTaken (`target-unavailable`) if no connection
     * came about; else `target-unavailable` or `target-answer-unusable`, and then it may have been done. All are
     * retryable that may get better.
     */
    async send(request: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer> {
      const both = signalWithin(options.timeoutMs ?? defaultTimeoutMs, signal);
      let url = checkedUrl(request.url);
      for (let hops = 0; ; hops += 1) {
        const answer = await exchange(url, request, both, guard);
        const next = request.redirects === "never" ? undefined : redirectOf(answer, request, url);
        if (next === undefined) return answer;
        if (hops === mostRedirects)
          throw new ChatopsError("target-answer-unusable", `${url.origin} redirects without end.`);
        url = next;
      }
    },
  };
}

function checkedUrl(text: string): URL {
  const url = URL.parse(text);
  const refusal = url === null ? "it is no URL" : urlRefusal(url);
  if (url === null || refusal !== undefined)
    throw new NotTaken("address-forbidden", `An address is not called: ${refusal}.`);
  return url;
}

function redirectOf(answer: OutgoingAnswer, request: OutgoingRequest, from: URL): URL | undefined {
  const location = answer.headers.location;
  if (request.method !== "GET" || location === undefined) return undefined;
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  const next = URL.parse(location, from.href);
  if (next?.origin === from.origin) return checkedUrl(next.href);
  throw new ChatopsError(
    "address-forbidden",
    `${from.origin} redirects to another place, which is not followed. Configure the final address.`,
  );
}

async function exchange(
  url: URL,
  request: OutgoingRequest,
  signal: AbortSignal,
  guard: Guard,
): Promise<OutgoingAnswer> {
  const outgoing = prepare(url, request, signal, guard);
  let isConnected = false;
  const connected = (): void => {
    isConnected = true;
  };
  outgoing.on("socket", (socket) => {
    // A tunnel is given once it leads to the other end.
    if (outgoing.reusedSocket || proxyOf(url) !== undefined) connected();
    else socket.once(url.protocol === "https:" ? "secureConnect" : "connect", connected);
  });
  try {
    const response = await untilAborted(responseOf(outgoing, request.body), signal);
    return answerOf(response, await readBody(response, request.keep, guard.maxBodyBytes), url);
  } catch (error) {
    throw failureOf(error, { url, isConnected, signal });
  } finally {
    outgoing.destroy();
  }
}

function prepare(url: URL, request: OutgoingRequest, signal: AbortSignal, guard: Guard): ClientRequest {
  const reach = reachOf(url, guard.privateNetwork);
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  const refusal = isIP(literal) === 0 ? undefined : addressRefusal(literal, reach);
  if (refusal !== undefined) throw forbidden(url, refusal);
  return (url.protocol === "https:" ? httpsRequest : httpRequest)(url, {
    method: request.method,
    headers: headersOf(request),
    agent: guard.agentOf(url),
    signal,
    // Not asked for a proxy's own address.
    lookup: guardedLookup(url, reach, guard.resolve),
  });
}

function responseOf(outgoing: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
    // An answer that wants another protocol (101) ends the connection without an error.
    outgoing.once("close", () => reject(new Error("closed")));
    outgoing.end(body);
  });
}

function headersOf({ headers, body }: OutgoingRequest): Record<string, string> {
  return {
    "User-Agent": "acr-chatops",
    "Accept-Encoding": "identity",
    ...headers,
    ...(body !== undefined && { "Content-Length": String(Buffer.byteLength(body)) }),
  };
}

/** Looks a name up for one connection: what it gives has been looked at, and nothing else is connected to. */
function guardedLookup(url: URL, reach: Reach, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const refusals = found.map(({ address }) => addressRefusal(address, reach));
        const refusal = refusals.find((one) => one !== undefined);
        const first = found[0];
        // One bad address among good ones is no accident.
        if (refusal !== undefined) callback(forbidden(url, refusal), []);
        else if (first === undefined) callback(new NoAddress(), []);
        else if (options.all === true) callback(null, [...found]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new NoAddress(), []),
    );
  };
}

class NoAddress extends Error {
  readonly code = "ENOTFOUND";
}

function forbidden(url: URL, refusal: string): NotTaken {
  const hint = refusal.includes("private network")
    ? " A target of type http may set privateNetwork: true, if that is meant."
    : "";
  return new NotTaken("address-forbidden", `${url.hostname} is not called: ${refusal}.${hint}`);
}

async function readBody(
  response: IncomingMessage,
  keep: OutgoingRequest["keep"],
  maxBytes: number,
): Promise<Buffer> {
  if (keep === "nothing") return Buffer.alloc(0);
  try {
    return await (keep === "end"
      ? readBounded(response, maxLogBytes, keptEndBytes)
      : readBounded(response, maxBytes));
  } catch (error) {
    if (error instanceof RangeError) throw new ChatopsError("target-answer-unusable", error.message);
    throw error;
  }
}

function answerOf(response: IncomingMessage, body: Buffer, url: URL): OutgoingAnswer {
  // Of all headers only Set-Cookie is a list, which is written with commas.
  const given = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
  const headers: Readonly<Record<string, string>> = Object.fromEntries(given);
  return { status: response.statusCode ?? 0, headers, body: body.toString("utf8"), url: url.href };
}

// Codes of OpenSSL that a certificate gives; trying again does not make it better.
const certificateCode = /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

function failureOf(
  error: unknown,
  call: { readonly url: URL; readonly isConnected: boolean; readonly signal: AbortSignal },
): ChatopsError {
  if (error instanceof ChatopsError) return error;
  const { host } = call.url;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (certificateCode.test(code)) {
    const help = "Trust its authority (NODE_EXTRA_CA_CERTS), or correct the address.";
    return new NotTaken("target-unavailable", `The certificate of ${host} is not trusted (${code}). ${help}`);
  }
  const way = proxyOf(call.url) === undefined ? "" : " through the proxy";
  const failed = proxyRefusal(error) ?? `the connection failed (${code || "no code"})`;
  const why = call.signal.aborted ? stopReason(call.signal) : failed;
  const message = `${host} could not be asked${way}: ${why}. It will be tried again.`;
  return call.isConnected
    ? new ChatopsError("target-unavailable", message, { retryable: true })
    : new NotTaken("target-unavailable", message, { retryable: true });
}

function stopReason({ reason }: AbortSignal): string {
  return reason instanceof Error && reason.name === "TimeoutError"
    ? "it did not answer in time"
    : "it was stopped";
}
