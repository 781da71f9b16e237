import type { RespondFn } from "@slack/bolt";
import type { View, WebClient } from "@slack/web-api";
import { renderSlackNotice } from "../../cards/slack/block-kit-notice.ts";
import { hasCode } from "../../errors.ts";
import type { Notice } from "../../nouns/card.ts";
import { present } from "../../present.ts";
import { keepNewest } from "../../work/keep-newest.ts";
import type { Background } from "../background.ts";
import type { Pace, PacedCall } from "../pace.ts";
import { answerPatienceMs, type PatientCall } from "../patient-call.ts";
import { slackCalls } from "./slack-calls.ts";
import { asSlackError } from "./slack-errors.ts";

// A bot is seldom taken out of a channel; an outcome that is not shown there goes by direct message all the same.
const reachedForMs = 60 * 60_000;
const mostReached = 1_000;
/** What somebody reads while a command takes its time. */
export const workingWords = "⏳ Working on it…";

interface SlackPlace {
  readonly channel: string;
  readonly onlyFor?: string | undefined;
  readonly thread?: string | undefined;
}

interface RespondOptions {
  readonly response_type: "ephemeral" | "in_channel";
  readonly replace_original: boolean;
}

/**
 * Says things to people on Slack, in turn with the cards and before them. What it says is on its way when it returns; a
 * failure is logged and goes no further.
 */
export function createSlackVoice(deps: {
  readonly client: WebClient;
  readonly pace: Pace;
  readonly callPatiently: PatientCall;
  readonly background: Background;
  readonly now: () => number;
}) {
  const { client, pace, background } = deps;
  const speak = (call: PacedCall, channel: string, send: () => Promise<unknown>): void => {
    const post = () => asSlackError("post", `channel ${channel}`, send);
    background.run(deps.callPatiently(call, answerPatienceMs, post).then(() => undefined));
  };
  const reachedAt = new Map<string, number>();
  return {
    /**
     * Whether we can post in a channel. Slack tells that by a post alone, so somebody who asks for something where we have
     * not been lately reads that we work on it.
     */
    canPost: async (channel: string, user: string): Promise<boolean> => {
      if (deps.now() - (reachedAt.get(channel) ?? Number.NEGATIVE_INFINITY) < reachedForMs) return true;
      const message = { channel, user, text: workingWords };
      try {
        await pace.take(slackCalls.whisper, "person");
        await asSlackError("post", `channel ${channel}`, () => client.chat.postEphemeral(message));
        keepNewest(reachedAt, channel, deps.now(), mostReached);
      } catch (error) {
        return !hasCode(error, "chat-channel-unavailable", "chat-refused");
      }
      return true;
    },
    /** Into a channel or a direct message; `onlyFor`: seen there by that person alone. */
    say: ({ channel, onlyFor, thread }: SlackPlace, said: Notice): void => {
      if (said.isSaidEnough === true) return;
      const message = present({ channel, thread_ts: thread, ...privateBody(said) });
      if (onlyFor === undefined)
        speak(slackCalls.post(channel), channel, () => client.chat.postMessage(message));
      else speak(slackCalls.whisper, channel, () => client.chat.postEphemeral({ ...message, user: onlyFor }));
    },
    /** By the address that came with a click or a command. */
    respond: (channel: string, respond: RespondFn, said: Notice, how: RespondOptions): void =>
      speak(slackCalls.respond(channel), channel, () => respond({ ...how, ...privateBody(said) })),
    /** Opens a dialog, at once. Throws a ChatopsError. */
    open: async (triggerId: string, view: View): Promise<void> => {
      // It is counted and does not wait: the trigger is good for 3 s.
      await pace.take(slackCalls.openView, "person");
      await asSlackError("read", "a dialog", () => client.views.open({ trigger_id: triggerId, view }));
    },
  };
}
export type SlackVoice = ReturnType<typeof createSlackVoice>;

/** A notice as a message body: never an empty text, which Slack would not show. */
export function privateBody(notice: Notice) {
  const { text, blocks, fallbackText } = renderSlackNotice(notice);
  return blocks.length === 0 ? { text: fallbackText } : { text, blocks };
}
