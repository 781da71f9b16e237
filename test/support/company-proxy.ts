import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLoopbackCertificate } from "../../demo/kubernetes/certificate.ts";
import { sendJson } from "./loopback-server.ts";

/** Where a proxy leads a call: the origin of a double, or an answer of its own; undefined: it knows nobody there. */
export type Led =
  | string
  | { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> }
  | undefined;

/** A call that came to a proxy. */
export interface ProxiedCall {
  readonly method: string;
  /** Without a port. */
  readonly host: string;
  readonly path: string;
}

/** A proxy on loopback as many companies have one. */
export interface CompanyProxy extends AsyncDisposable {
  /** What a bot behind it gets as its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly password: string;
  readonly calls: readonly ProxiedCall[];
  /** `host:port` of every CONNECT, and the address of every call without one; in their order. */
  readonly asked: readonly string[];
  /** How many came without the password. */
  refusals(): number;
}

/** Starts one that asks for a password and looks into TLS, with a certificate of its own for these names. */
export async function startCompanyProxy(
  names: readonly string[],
  lead: (call: ProxiedCall, request: IncomingMessage) => Led,
): Promise<CompanyProxy> {
  const folder = await mkdtemp(join(tmpdir(), "acr-chatops-proxy-"));
  const { certificate, key } = createLoopbackCertificate(Date.now(), names);
  const authority = join(folder, "authority.pem");
  await writeFile(authority, certificate);
  const [user, password] = ["svc bot", "p@ss/w:rd-of-the-proxy"];
  const right = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const calls: ProxiedCall[] = [];
  const asked: string[] = [];
  let refusals = 0;
  const isLetIn = ({ url = "", headers }: IncomingMessage): boolean => {
    asked.push(url);
    if (headers["proxy-authorization"] !== right) refusals += 1;
    return headers["proxy-authorization"] === right;
  };
  const inside: RequestListener = (request, response) => {
    const host = String(request.headers.host).replace(/:\d+$/, "");
    const call = { method: request.method ?? "", host, path: request.url ?? "" };
    calls.push(call);
    pass(lead(call, request), request, response);
  };
  const opened = createHttps({ cert: certificate, key }, inside);
  const server = createServer((request, response) => {
    if (!isLetIn(request)) {
      sendJson(response, 407, {});
      return;
    }
    request.url = request.url?.replace(/^http:\/\/[^/]+/, "") ?? "";
    inside(request, response);
  }).listen(0, "127.0.0.1");
  server.on("connect", (request, socket) => {
    if (!isLetIn(request)) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    opened.emit("connection", socket);
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  return {
    environment: { HTTPS_PROXY: url, HTTP_PROXY: url, NODE_EXTRA_CA_CERTS: authority },
    password,
    calls,
    asked,
    refusals: () => refusals,
    [Symbol.asyncDispose]: async () => {
      opened.closeAllConnections();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function pass(led: Led, request: IncomingMessage, response: ServerResponse): void {
  if (typeof led !== "string") {
    const { status, body, headers = {} } = led ?? { status: 502, body: { error: "no such host" } };
    sendJson(response, status, body, headers);
    return;
  }
  const { method, headers } = request;
  const url = new URL(request.url ?? "/", led);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const onward = send(url, { method, headers, agent: false, rejectUnauthorized: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}
