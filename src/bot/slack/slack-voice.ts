import type { RespondFn } from "@slack/bolt";
import type { View, WebClient } from "@slack/web-api";
import { renderSlackNotice } from "../../cards/slack/block-kit-notice.ts";
import type { Notice } from "../../nouns/card.ts";
import { present } from "../../present.ts";
import type { Background } from "../background.ts";
import type { Pace, PacedCall } from "../pace.ts";
import { answerPatienceMs, type PatientCall } from "../patient-call.ts";
import { slackCalls } from "./slack-calls.ts";
import { asSlackError } from "./slack-errors.ts";

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
}) {
  const { client, pace, background } = deps;
  const speak = (call: PacedCall, channel: string, send: () => Promise<unknown>): void => {
    const post = () => asSlackError("post", `channel ${channel}`, send);
    background.run(deps.callPatiently(call, answerPatienceMs, post).then(() => undefined));
  };
  return {
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
