import { randomUUID } from "node:crypto";
import type { Call } from "../shared/http-call.ts";
import { registryHost } from "./origin.ts";
import type { RequestFacts } from "./records.ts";

/** What an event says of the request that caused it; a client that came by loopback counts as one that used the login server. */
export function requestFacts(call: Call, loginServer: string): RequestFacts {
  const useragent = call.headers["user-agent"];
  return {
    id: randomUUID(),
    host: registryHost(call.host, loginServer),
    method: call.method,
    ...(useragent === undefined ? {} : { useragent }),
  };
}
