import { BadCall, type Call, type Reply } from "../shared/http-call.ts";
import type { PathFault, PathFaults } from "../shared/path-faults.ts";
import { type LoopbackServer, serveCalls } from "../shared/serve-calls.ts";
import { StatusError, statusBody } from "./status-error.ts";

/** One request, with its body. */
export type Exchange = Call & { readonly body: Buffer };

// An API server takes 3 MiB (kube-apiserver's limit for request bodies).
const maxBodyBytes = 3 * 1024 * 1024;
const reasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  409: "Conflict",
  413: "RequestEntityTooLarge",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
};

/** Listens on 127.0.0.1 and answers each call, as its faults let it. */
export function startKubernetesServer(serving: {
  readonly port: number;
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  readonly faults: PathFaults;
  readonly answer: (call: Exchange) => Reply;
  readonly onCall: (call: Exchange, status: number) => void;
}): Promise<LoopbackServer> {
  const { port, tls, faults, answer } = serving;
  return serveCalls<Exchange, PathFault>({
    port,
    tls,
    read: async (call) => ({ ...call, body: await call.readBody(maxBodyBytes) }),
    // A patch that is only tried is hit by a fault for everything, not by one for patches.
    strike: ({ method, path, query }) =>
      faults.strike({ method: query.getAll("dryRun").includes("All") ? `dry ${method}` : method, path }),
    answer,
    wrong: (_, status) => {
      const message =
        status === 429 ? "Too many requests, please try again later." : "an error on the server";
      return refusal(status, message);
    },
    refuse: (error) => {
      if (error instanceof BadCall) return refusal(error.status, error.message);
      if (!(error instanceof StatusError)) throw error;
      return { status: error.status, headers: error.headers, body: statusBody(error) };
    },
    heard: (call, reply) => serving.onCall(call, reply?.status ?? 0),
  });
}

function refusal(status: number, message: string): Reply {
  return { status, body: statusBody(new StatusError(status, reasons[status] ?? "InternalError", message)) };
}
