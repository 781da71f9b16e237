import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { createArmCaller } from "../../src/azure/arm-caller.ts";
import { createArmConnection } from "../../src/azure/arm-connection.ts";
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
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const { method = "", url = "", headers } = request;
    seen.push({ method, path: url, headers, body: Buffer.concat(parts).toString("utf8") });
    const { status, headers: more = {}, body } = answers[seen.length - 1] ?? { status: 404 };
    response.writeHead(status, { "Content-Type": "application/json", ...more });
    response.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
