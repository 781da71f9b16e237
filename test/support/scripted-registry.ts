import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { TokenCredential } from "@azure/core-auth";
import { sendJson, startServer } from "./loopback-server.ts";

export const scriptedLoginServer = "contoso.azurecr.io";
/** What the tests' identity gives; no message may ever hold it. */
export const scriptedEntraToken = "entra-token-that-must-never-be-shown";

/** A call that reached the registry with a token, or one of the token calls. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  readonly body: string;
}

/** Answers authorized calls; what it leaves open is a 404. */
export type Script = (call: Seen, response: ServerResponse) => void;

/**
 * A registry that does what its script says: it challenges calls without a token as ACR does, and its tokens are JWTs in
 * shape only. For faults that a well-behaved registry never has.
 */
export async function startScriptedRegistry(options: {
  readonly script: Script;
  readonly scopeOf?: (call: Seen) => string;
  /** Seconds since the epoch at which refresh tokens end. */
  readonly refreshExp?: () => number;
  /** Takes a token call over; true when it has answered. */
  readonly onToken?: (call: Seen, response: ServerResponse) => boolean;
}) {
  const calls: Seen[] = [];
  const tokenCalls: Seen[] = [];
  let tokens = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    if (call.path.startsWith("/oauth2/")) {
      tokenCalls.push(call);
      if (options.onToken?.(call, response) !== true) giveToken(call, response);
      return;
    }
    if (call.authorization === undefined) {
      const scope = options.scopeOf?.(call) ?? "repository:shop/checkout:pull";
      const realm = `https://${scriptedLoginServer}/oauth2/token`;
      const challenge = `Bearer realm="${realm}",service="${scriptedLoginServer}",scope="${scope}"`;
      sendJson(response, 401, errorBody("UNAUTHORIZED", "authentication required"), {
        "Www-Authenticate": challenge,
      });
      return;
    }
    calls.push(call);
    options.script(call, response);
  }

  function giveToken(call: Seen, response: ServerResponse): void {
    tokens += 1;
    if (call.path === "/oauth2/exchange") {
      const exp = options.refreshExp?.() ?? Math.floor(Date.now() / 1000) + 2100;
      sendJson(response, 200, { refresh_token: jwt({ exp, n: tokens }) });
      return;
    }
    const scope = new URLSearchParams(call.body).get("scope");
    sendJson(response, 200, {
      access_token: jwt({ exp: Math.floor(Date.now() / 1000) + 4500, scope, n: tokens }),
    });
  }

  const { url, close } = await startServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  return { url, calls, tokenCalls, close };
}

/** An identity that needs no network. */
export function fixedCredential(): TokenCredential {
  return {
    getToken: async () => ({ token: scriptedEntraToken, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
}

/** The data plane's error body. */
export function errorBody(code: string, message: string) {
  return { errors: [{ code, message, detail: {} }] };
}

/** The claims of a token that the registry made. */
export function claimsOf(authorization: string | undefined): Record<string, unknown> {
  const payload = (authorization ?? "").split(".")[1] ?? "";
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
}

function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.${part("signature")}`;
}

async function readCall(request: IncomingMessage): Promise<Seen> {
  const { authorization, accept } = request.headers;
  const path = decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/");
  return {
    method: request.method ?? "GET",
    path,
    authorization,
    accept,
    body: await text(request),
  };
}
