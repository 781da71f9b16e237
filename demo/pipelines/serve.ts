import type { Call, Reply } from "../shared/http-call.ts";
import { createPathFaults, type PathFault, type PathFaults } from "../shared/path-faults.ts";
import { type LoopbackServer, serveCalls } from "../shared/serve-calls.ts";

/** A server of a platform, on loopback; `fault` orders something to go wrong. */
export type PlatformServer = LoopbackServer & { readonly fault: PathFaults["add"] };

/** Listens on 127.0.0.1; each call goes to `answer`, unless a fault is ordered for it. */
export async function servePlatform(options: {
  readonly port: number | undefined;
  readonly answer: (call: Call) => Promise<Reply> | Reply;
  /** The platform's words for what `answer` throws; throws on what is a bug. */
  readonly refuse?: (error: unknown) => Reply;
  readonly onProblem: (error: unknown) => void;
}): Promise<PlatformServer> {
  const faults = createPathFaults();
  const server = await serveCalls<Call, PathFault>({
    read: (call) => call,
    strike: faults.strike,
    wrong: (_, status) => ({ status }),
    refuse: (error) => {
      throw error;
    },
    ...options,
    port: options.port ?? 0,
  });
  return { ...server, fault: faults.add };
}
