import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { createArmCaller } from "../../src/azure/arm-caller.ts";
import { createArmConnection } from "../../src/azure/arm-connection.ts";
import { startServer } from "./loopback-server.ts";
import { fixedCredential } from "./scripted-registry.ts";

/** What ARM shall answer to a call; a string is sent as it is, everything else as JSON. */
export interface ArmScript {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface ArmSeen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An ARM that answers one call after the other as it is told, and then 404. */
export async function startScriptedArm(answers: readonly ArmScript[]) {
  const seen: ArmSeen[] = [];
  const { url, close } = await startServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    seen.push({ method, path, headers, body: await text(request) });
    const { status, headers: more = {}, body } = answers[seen.length - 1] ?? { status: 404 };
    response.writeHead(status, { "Content-Type": "application/json", ...more });
    response.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
  });
  const deps = {
    azure: { cloud: "public", armEndpoint: url },
    credential: fixedCredential(),
    credentialName: "deploy",
    now: Date.now,
  } as const;
  return {
    url,
    seen,
    connection: createArmConnection(deps),
    caller: createArmCaller(deps),
    close,
  };
}
