import type { TeamsActions } from "../../../cards/teams/submit-card.ts";
import { ChatopsError, describeError } from "../../../errors.ts";
import type { Log } from "../../../log.ts";
import { type Notice, notice } from "../../../nouns/card.ts";
import type { Principal } from "../../../nouns/principal.ts";
import type { Answer } from "../../commands/command.ts";
import type { TeamsConnector } from "../connector/connector.ts";
import { activityOf, renderTeams } from "../connector/outgoing-activity.ts";
import type { InstallationBook } from "../places/installation-book.ts";
import { type Activity, isPersonal } from "./activity.ts";

/** A conversation, whose id may name a thread, and where Teams takes posts for it. */
interface Conversation {
  readonly serviceUrl: string;
  readonly conversationId: string;
}

/** Somebody to write to. */
interface Addressee {
  /** Entra object id. */
  readonly userId: string;
  /** By which the chat is opened: Teams' own id (`29:…`), or where that is not known the object id. */
  readonly accountId: string;
  readonly serviceUrl: string;
}

interface AnswerDeps {
  readonly connector: Pick<TeamsConnector, "send" | "openChat">;
  readonly book: Pick<InstallationBook, "list">;
  readonly tenantId: string;
  readonly actions: TeamsActions;
  readonly log: Log;
}

/** Teams has no message that only one person sees: a private answer is one in their own chat with the bot. */
export function createPrivateAnswers(deps: AnswerDeps) {
  const say = async ({ serviceUrl, conversationId }: Conversation, said: Notice, plain = false) => {
    const site = { serviceUrl, tenant: deps.tenantId };
    await deps.connector.send(
      site,
      conversationId,
      activityOf(renderTeams({ kind: "notice", notice: said }, { actions: deps.actions }), plain),
    );
  };

  /** Writes to somebody in their own chat; false: that is not possible. */
  const tell = async (who: Addressee, said: Notice): Promise<boolean> => {
    try {
      const chat = await openChat(who, deps);
      if (chat !== undefined) await say(chat, said);
      return chat !== undefined;
    } catch (error) {
      // Blocked, or the app was taken away: the public line says that there is no private answer.
      const fields = { step: "decide", userId: who.userId, error: describeError(error) };
      deps.log.warn(fields, "no private answer was possible");
      return false;
    }
  };

  /**
   * Answers what somebody typed: what is public where it was typed, else where they alone read it, and in a channel or
   * group with one public line.
   */
  const answer = async (activity: Activity, who: Principal, said: Answer): Promise<void> => {
    if (said.isSaidEnough === true) return;
    const here = { serviceUrl: activity.serviceUrl, conversationId: activity.conversation.id };
    if (isPersonal(activity) || said.isPublic === true) return await say(here, said);
    const { serviceUrl, from } = activity;
    const addressee = { userId: who.userId, accountId: from.id, serviceUrl };
    // People of other tenants have no chat with the bot (learn.microsoft.com, "Apps for shared and private channels").
    const isForeign = who.tenant !== deps.tenantId;
    const isTold = !isForeign && (await tell(addressee, said));
    const isOpen = isForeign || said.isForStranger === true;
    await say(here, isTold ? answeredLine : isOpen ? said : impossibleLine, true);
  };

  return { tell, answer };
}
export type PrivateAnswers = ReturnType<typeof createPrivateAnswers>;

/**
 * The chat of the bot with one person: the one that was installed, else Teams is asked for it. Undefined: the app is
 * not there for them, so that there is none.
 */
async function openChat(
  { userId, accountId, serviceUrl }: Addressee,
  { connector, book, tenantId }: AnswerDeps,
): Promise<Conversation | undefined> {
  const own = (await book.list()).find(
    (place) => place.kind === "person" && place.userId === userId && place.state === "installed",
  );
  if (own !== undefined) return { serviceUrl: own.serviceUrl, conversationId: own.id };
  try {
    const conversationId = await connector.openChat({ serviceUrl, tenant: tenantId }, accountId);
    return { serviceUrl, conversationId };
  } catch (error) {
    // 403: neither for this person nor for a team of theirs is the app installed.
    if (error instanceof ChatopsError && error.code === "chat-channel-unavailable") return undefined;
    throw error;
  }
}

const answeredLine = notice("neutral", "💬", ["I answered you privately."]);
const impossibleLine = notice("warning", "💬", [
  "I cannot write to you privately, so there is no answer here. Add me as a personal app, then ask again.",
]);
