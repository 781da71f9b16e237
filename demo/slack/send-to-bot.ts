import { createHmac, randomBytes } from "node:crypto";
import type { JsonObject } from "./block-kit-check.ts";
import { isObject } from "./block-kit-check.ts";
import type { SlackWorld } from "./options.ts";

/** One signed request as it goes to the bot; sent again it is byte for byte the same. */
export type SignedRequest = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What came back. */
export type Delivery = {
  readonly request: SignedRequest;
  /** 0: no answer, or none in time. */
  readonly status: number;
  readonly body: string;
  /** The body, where it is a JSON object. */
  readonly json: JsonObject | undefined;
  /** What Slack would tell the person; absent when the answer was a 2xx in time. */
  readonly error?: "operation_timeout" | "dispatch_failed";
  readonly tookMs: number;
  /** Of the bot's answer. */
  readonly headers: Headers;
};

/** How a signature may be spoiled: not ours, none, six minutes old, or dated six minutes ahead. */
export type Spoiled = "wrong" | "missing" | "stale" | "future";

/** The way to the bot. */
export type BotConnection = {
  readonly connect: (bot: { readonly url: string; readonly signingSecret: string }) => void;
  readonly connected: () => boolean;
  readonly sign: (body: string, contentType: string, spoiled?: Spoiled) => SignedRequest;
  readonly send: (request: SignedRequest, extra?: Readonly<Record<string, string>>) => Promise<Delivery>;
};

/** The content type of interactions and slash commands. */
export const formType = "application/x-www-form-urlencoded";
// Slack's advice to receivers: refuse what is more than five minutes off.
const sixMinutes = 360;

/** Requests to `<url>/slack/events`, signed with v0 HMAC-SHA256, given up after the answer timeout. */
export function createBotConnection(world: SlackWorld): BotConnection {
  let bot: { url: string; signingSecret: string } | undefined;

  function sign(body: string, contentType: string, spoiled?: Spoiled): SignedRequest {
    if (bot === undefined)
      throw new Error("no bot is connected to the Slack workspace: call connectBot first");
    const offset = spoiled === "stale" ? -sixMinutes : spoiled === "future" ? sixMinutes : 0;
    const timestamp = String(Math.floor(world.wallClock() / 1000) + offset);
    const secret = spoiled === "wrong" ? randomBytes(16).toString("hex") : bot.signingSecret;
    const digest = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
    return {
      headers: {
        "content-type": contentType,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": timestamp,
        ...(spoiled === "missing" ? {} : { "x-slack-signature": `v0=${digest}` }),
      },
      body,
    };
  }

  async function send(
    request: SignedRequest,
    extra: Readonly<Record<string, string>> = {},
  ): Promise<Delivery> {
    if (bot === undefined)
      throw new Error("no bot is connected to the Slack workspace: call connectBot first");
    const began = performance.now();
    const done = (rest: Omit<Delivery, "request" | "tookMs">): Delivery => ({
      request,
      tookMs: Math.round(performance.now() - began),
      ...rest,
    });
    try {
      const response = await fetch(new URL("/slack/events", bot.url), {
        method: "POST",
        headers: { ...request.headers, ...extra },
        body: request.body,
        redirect: "manual",
        signal: AbortSignal.timeout(world.answerTimeoutMs),
      });
      const body = await response.text();
      const json = parse(body);
      const { status, headers } = response;
      return done(
        response.ok
          ? { status, headers, body, json }
          : { status, headers, body, json, error: "dispatch_failed" },
      );
    } catch (error) {
      const late = error instanceof DOMException && error.name === "TimeoutError";
      const code = late ? "operation_timeout" : "dispatch_failed";
      return done({ status: 0, headers: new Headers(), body: "", json: undefined, error: code });
    }
  }

  return {
    connect: (next) => {
      bot = next;
    },
    connected: () => bot !== undefined,
    sign,
    send,
  };
}

function parse(body: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // Empty or plain text: a fine answer, only not JSON.
    return undefined;
  }
}
