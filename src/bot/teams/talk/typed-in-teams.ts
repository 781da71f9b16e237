import { present } from "../../../present.ts";
import type { Background } from "../../background.ts";
import type { CommandDeps } from "../../commands/command.ts";
import { runCommand } from "../../commands/run-command.ts";
import { editsDoNotAct } from "../../converse/edits-do-not-act.ts";
import { createOnce } from "../../converse/once.ts";
import { placeOfConversation } from "../activity-envelope.ts";
import { type Activity, channelOf, isPersonal, requestIdOf, teamsPrincipal } from "./activity.ts";
import type { PrivateAnswers } from "./private-answer.ts";
import { undoTeams } from "./undo-teams.ts";

/** How the bot is called; in a personal chat no mention is needed. */
const prefix = "@acr";

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
  // Teams sends a message again that is not answered in time.
  const once = createOnce(deps);
  return async (activity) => {
    const { text, isCalled } = undoTeams(activity);
    const requestId = requestIdOf(activity);
    if (requestId === undefined || !(isCalled || isPersonal(activity))) return;
    const who = teamsPrincipal(activity, deps.home);
    if (activity.type === "messageUpdate") {
      const isOurs = activity.from.id === activity.recipient.id;
      if (isOurs || activity.channelData?.eventType !== "editMessage") return;
      const edit = `${requestId}:${activity.timestamp ?? ""}`;
      await once(edit, async () => deps.background.run(deps.answers.answer(activity, who, editsDoNotAct)));
      return;
    }
    await once(requestId, async () => {
      const seenIn = placeOfConversation(activity.conversation.id);
      const where = { seenIn, channel: channelOf(activity), requestId, prefix };
      const timeZone = activity.localTimezone ?? undefined;
      const said = await runCommand(present({ text, who, ...where, timeZone }), deps);
      deps.background.run(deps.answers.answer(activity, who, said));
    });
  };
}
