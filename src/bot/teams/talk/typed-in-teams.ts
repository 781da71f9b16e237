import type { Background } from "../../background.ts";
import type { CommandDeps } from "../../commands/command.ts";
import { runCommand } from "../../commands/run-command.ts";
import { placeOfConversation } from "../activity-envelope.ts";
import { type Activity, channelOf, isPersonal, requestIdOf, teamsPrincipal } from "./activity.ts";
import type { PrivateAnswers } from "./private-answer.ts";
import { undoTeams } from "./undo-teams.ts";

/** How the bot is called; in a personal chat no mention is needed. */
const prefix = "@acr";
// Teams sends a message again that is not answered in time: what was taken lately is not taken twice.
const mostRemembered = 1_000;

/**
 * Makes what takes typed messages: it resolves when the command has run (what it changes is on disk); the answer is
 * sent after that. In channels and group chats only what mentions the bot is meant for it.
 */
export function createTyped(
  deps: CommandDeps & {
    /** Our own tenant. */
    readonly home: string;
    readonly answers: PrivateAnswers;
    readonly background: Background;
  },
): (activity: Activity) => Promise<void> {
  const taken = new Set<string>();
  return async (activity) => {
    const { text, isCalled } = undoTeams(activity);
    const requestId = requestIdOf(activity);
    if (requestId === undefined || taken.has(requestId) || !(isCalled || isPersonal(activity))) return;
    for (const oldest of taken) if (taken.size >= mostRemembered) taken.delete(oldest);
    taken.add(requestId);
    const who = teamsPrincipal(activity, deps.home);
    const seenIn = placeOfConversation(activity.conversation.id);
    const typed = { text, who, seenIn, channel: channelOf(activity), requestId, prefix };
    const said = await runCommand(typed, deps).catch((error: unknown) => {
      // Nothing came of it, so it may come again.
      taken.delete(requestId);
      throw error;
    });
    deps.background.run(deps.answers.answer(activity, who, said));
  };
}
