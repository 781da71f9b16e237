import { createConnectedBot } from "../shared/connected-bot.ts";
import type { JsonObject } from "../shared/json-object.ts";
import { type Delivery as AnyDelivery, postToBot, type SignedRequest } from "../shared/post-to-bot.ts";
import type { TeamsFacts } from "./options.ts";
import type { Spoiled } from "./sign-activity.ts";
import { signActivity } from "./sign-activity.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** What came back. */
export type Delivery = AnyDelivery<"timeout" | "failed">;

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
  const { connect, connected, get } = createConnectedBot<ConnectedBot>("the Teams world");

  const replay = (request: SignedRequest): Promise<Delivery> =>
    postToBot(new URL("/api/messages", get().url), request, {
      timeoutMs: facts.answerTimeoutMs,
      late: "timeout",
      failed: "failed",
    });

  return {
    connect,
    connected,
    replay,
    send: async (activity, spoiled) => {
      const { appId } = get();
      return replay(await signActivity({ keys, appId, wallClock: facts.wallClock }, activity, spoiled));
    },
  };
}
