import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Call, type Reply, readCall, writeReply } from "../shared/http-call.ts";
import { createFaults, type Faults } from "./faults.ts";

/** A server of a platform, on loopback. */
export type PlatformServer = {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly faults: Faults;
  close(): Promise<void>;
};

/** Listens on 127.0.0.1; each call goes to `handle`, unless a fault is ordered for it. */
export async function servePlatform(options: {
  readonly port: number;
  readonly handle: (call: Call) => Promise<Reply> | Reply;
  readonly onProblem: (error: unknown) => void;
}): Promise<PlatformServer> {
  const faults = createFaults();
  const server = createServer((request, response) => {
    serve(request, response, { ...options, faults }).catch((error: unknown) => {
      if (!response.destroyed) options.onProblem(error);
      response.destroy();
    });
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    origin: `http://127.0.0.1:${port}`,
    faults,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: { readonly faults: Faults; readonly handle: (call: Call) => Promise<Reply> | Reply },
): Promise<void> {
  const call = readCall(request);
  const fault = options.faults.take(call);
  const isBroken =
    fault !== undefined && (fault.answer !== undefined || fault.drop === true || fault.hold === true);
  const reply = isBroken && fault.when !== "after" ? undefined : await options.handle(call);
  if (fault?.hold === true) {
    if (!response.destroyed) await once(response, "close");
    return;
  }
  if (fault?.drop === true) {
    request.socket.destroy();
    return;
  }
  writeReply(response, call.method, fault?.answer ?? reply ?? { status: 500 });
}
