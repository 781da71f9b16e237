import type { JsonObject } from "../shared/json-object.ts";
import { parseObject } from "../shared/json-object.ts";
import type { TeamsFacts } from "./options.ts";
import type { SignedRequest, Spoiled } from "./sign-activity.ts";
import { signActivity } from "./sign-activity.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** What came back. */
export type Delivery = {
  readonly request: SignedRequest;
  /** 0: no answer, or none in time. */
  readonly status: number;
  readonly body: string;
  /** The body, where it is a JSON object. */
  readonly json: JsonObject | undefined;
  /** Absent when the answer was a 2xx in time. */
  readonly error?: "timeout" | "failed";
  readonly tookMs: number;
  /** Of the bot's answer. */
  readonly headers: Headers;
};

/** Where the bot is: its own address, and the app id that tokens are made out to. */
export type ConnectedBot = { readonly url: string; readonly appId: string };

/** The way to the bot. */
export type BotConnection = {
  readonly connect: (bot: ConnectedBot) => void;
  readonly connected: () => boolean;
  /** Signs an activity and posts it once. Teams does not repeat an invoke, nor here a message. */
  readonly send: (activity: JsonObject, spoiled?: Spoiled) => Promise<Delivery>;
  /** Posts the very same bytes again. */
  readonly replay: (request: SignedRequest) => Promise<Delivery>;
};

/** Requests to `<url>/api/messages`, given up after the answer timeout. */
export function createBotConnection(facts: TeamsFacts, keys: SigningKeys): BotConnection {
  let bot: ConnectedBot | undefined;

  function getBot(): ConnectedBot {
    if (bot === undefined) throw new Error("no bot is connected to the Teams world: call connectBot first");
    return bot;
  }

  async function replay(request: SignedRequest): Promise<Delivery> {
    const { url } = getBot();
    const began = performance.now();
    const done = (rest: Omit<Delivery, "request" | "tookMs">): Delivery => ({
      request,
      tookMs: Math.round(performance.now() - began),
      ...rest,
    });
    try {
      const response = await fetch(new URL("/api/messages", url), {
        method: "POST",
        headers: request.headers,
        body: request.body,
        redirect: "manual",
        signal: AbortSignal.timeout(facts.answerTimeoutMs),
      });
      const body = await response.text();
      const { status, headers } = response;
      const answered = { status, headers, body, json: parseObject(body) };
      return done(response.ok ? answered : { ...answered, error: "failed" });
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === "TimeoutError";
      const none = { status: 0, headers: new Headers(), body: "", json: undefined };
      return done({ ...none, error: isLate ? "timeout" : "failed" });
    }
  }

  return {
    connect: (next) => {
      bot = next;
    },
    connected: () => bot !== undefined,
    replay,
    send: async (activity, spoiled) => {
      const { appId } = getBot();
      return replay(await signActivity({ keys, appId, wallClock: facts.wallClock }, activity, spoiled));
    },
  };
}
