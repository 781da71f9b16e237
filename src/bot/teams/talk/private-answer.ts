import { describeError } from "../../../errors.ts";
import type { Log } from "../../../log.ts";
import { type Notice, notice } from "../../../nouns/card.ts";
import type { Principal } from "../../../nouns/principal.ts";
import type { Answer } from "../../commands/command.ts";
import { type Activity, isPersonal } from "./activity.ts";

/** Says things on Teams. Every failure is a ChatopsError. */
export interface TeamsVoice {
  /** Posts into a conversation, whose id may name a thread; `plain`: one line without a card. */
  say(to: Conversation, said: Notice, plain?: boolean): Promise<void>;
  /** The chat of the bot with one person; undefined: the app is not there for them, so that there is none. */
  openChat(userId: string, serviceUrl: string): Promise<Conversation | undefined>;
}

/** A conversation and where Teams takes posts for it. */
export interface Conversation {
  readonly serviceUrl: string;
  readonly conversationId: string;
}

export interface PrivateAnswers {
  /**
   * Answers what somebody typed: what is public where it was typed, else where they alone read it, and in a channel or
   * group with one public line.
   */
  answer(activity: Activity, who: Principal, said: Answer): Promise<void>;
  /** Writes to somebody in their own chat; false: that is not possible. */
  tell(who: Principal, serviceUrl: string, said: Notice): Promise<boolean>;
}

/** Teams has no message that only one person sees: a private answer is one in their own chat with the bot. */
export function createPrivateAnswers(deps: {
  readonly voice: TeamsVoice;
  readonly log: Log;
}): PrivateAnswers {
  const { voice, log } = deps;

  const tell: PrivateAnswers["tell"] = async (who, serviceUrl, said) => {
    try {
      const chat = await voice.openChat(who.userId, serviceUrl);
      if (chat === undefined) return false;
      await voice.say(chat, said);
      return true;
    } catch (error) {
      // Blocked, or the app was taken away: the public line says that there is no private answer.
      log.warn(
        { step: "decide", userId: who.userId, error: describeError(error) },
        "no private answer was possible",
      );
      return false;
    }
  };

  return {
    tell,
    answer: async (activity, who, said) => {
      const here = { serviceUrl: activity.serviceUrl, conversationId: activity.conversation.id };
      if (isPersonal(activity) || said.isPublic === true) return await voice.say(here, said);
      const isTold = await tell(who, activity.serviceUrl, said);
      await voice.say(here, isTold ? answeredLine : impossibleLine, true);
    },
  };
}

const answeredLine = notice("neutral", "💬", ["I answered you privately."]);
const impossibleLine = notice("warning", "💬", [
  "I cannot write to you privately, so there is no answer here. Add me as a personal app, then ask again.",
]);
