import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { LogLevel, WebClient } from "@slack/web-api";
import { isSameSecret } from "../../demo/shared/credentials.ts";
import type { SlackWorkspaceOptions } from "../../demo/slack/options.ts";
import type { SlackWorkspace } from "../../demo/slack/workspace.ts";
import { createSlackWorkspace } from "../../demo/slack/workspace.ts";
import { startServer } from "../support/loopback-server.ts";

/** A request that reached the bot with a good signature; `fields` is the payload, form or event. */
export type Heard = {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly fields: Record<string, unknown>;
};
export type Reply = {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
};
export type Answer = (heard: Heard) => Reply | Promise<Reply>;

const signingSecret = "the-demo-signing-secret";
export const token = "xoxb-demo";
export const allScopes =
  "chat:write users:read usergroups:read channels:read groups:read im:read channels:history groups:history im:history im:write".split(
    " ",
  );

/** The workspace that these tests share the shape of. */
export const defaults = {
  tokens: [
    { token, scopes: allScopes },
    { token: "xapp-demo", kind: "app", scopes: allScopes },
    { token: "xoxb-narrow", scopes: ["users:read"] },
  ],
  users: [
    { id: "U0MAYA0001", name: "maya", real_name: "Maya Lindqvist" },
    { id: "U0TOMAS001", name: "tomas", real_name: "Tomás Ferreira" },
    { id: "U0GUEST001", name: "gwen", is_ultra_restricted: true },
    { id: "U0OUTSIDE1", name: "olga", team_id: "T0FABRIKAM" },
  ],
  channels: [
    { id: "C0RELEASES", name: "releases" },
    { id: "C0PLATFORM", name: "platform" },
    { id: "C0ARCHIVED", name: "old", is_archived: true },
    { id: "C0NOTIN001", name: "elsewhere", botIsMember: false },
    { id: "G0SECRET01", name: "secret", is_private: true, botIsMember: false },
    { id: "C0SHARED01", name: "shared", is_ext_shared: true },
  ],
  groups: [{ id: "S0DEPLOY01", handle: "deployers", users: ["U0MAYA0001"] }],
  rates: false,
} as const satisfies SlackWorkspaceOptions;

/** Slack's client as the bot uses it: no retries of its own, a 429 thrown. */
export function clientFor(workspace: SlackWorkspace, as: string | undefined = token): WebClient {
  return new WebClient(as, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5000,
    logLevel: LogLevel.ERROR,
    logger: quiet,
  });
}

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** A workspace with a bot of a few lines, which checks each signature as Slack's documentation says. */
export async function startWorld(answer: Answer = () => ({}), options: Partial<SlackWorkspaceOptions> = {}) {
  const workspace = await createSlackWorkspace({ ...defaults, ...options });
  const heard: Heard[] = [];
  let current = answer;
  const server = await startServer(async (request, response) => {
    const body = await text(request);
    if (!isSigned(request.headers, body)) {
      response.writeHead(401).end();
      return;
    }
    const received = { headers: request.headers, body, fields: parse(request.headers, body) };
    heard.push(received);
    const reply = await current(received);
    response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
    response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
  });
  workspace.connectBot({ url: server.url, signingSecret });
  return {
    workspace,
    heard,
    client: clientFor(workspace),
    answer: (next: Answer) => {
      current = next;
    },
    async [Symbol.asyncDispose]() {
      await workspace.close();
      await server.close();
    },
  };
}

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const timestamp = String(headers["x-slack-request-timestamp"]);
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
  const digest = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return isSameSecret(String(headers["x-slack-signature"]), `v0=${digest}`);
}

function parse(headers: IncomingHttpHeaders, body: string): Record<string, unknown> {
  if (headers["content-type"] === "application/json") return JSON.parse(body);
  const form = new URLSearchParams(body);
  const payload = form.get("payload");
  return payload === null ? Object.fromEntries(form) : JSON.parse(payload);
}

/** Slack's error code in what the client threw, with the whole answer. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ error: string; messages: readonly string[] }> {
  try {
    await call;
  } catch (error) {
    const data = Object(error).data ?? {};
    return { error: data.error ?? Object(error).code, messages: data.response_metadata?.messages ?? [] };
  }
  return { error: "none", messages: [] };
}
