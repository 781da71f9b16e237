import { describeError } from "../../../errors.ts";
import type { Principal } from "../../../nouns/principal.ts";
import type { Background } from "../../background.ts";
import type { Answer, CommandDeps } from "../../commands/command.ts";
import { runCommand } from "../../commands/run-command.ts";
import { placeOfConversation } from "../activity-envelope.ts";
import { type Activity, channelOf, isPersonal, requestIdOf, teamsPrincipal } from "./activity.ts";

import type { InvokeDeps } from "./invokes.ts";
import type { PrivateAnswers } from "./private-answer.ts";
import { undoTeams } from "./undo-teams.ts";

/** How the bot is called; in a personal chat no mention is needed. */
export const teamsPrefix = "@acr";
// A command that asks another system goes on after its message was taken.
const commandLimitMs = 60_000;
// Teams sends a message again that is not answered in time: what was taken lately is not taken twice.
const mostRemembered = 1_000;

export interface TeamsTypedDeps extends InvokeDeps {
  readonly commands: CommandDeps;
  readonly answers: PrivateAnswers;
  readonly background: Background;
}

/**
 * Makes what takes typed messages: it resolves when the command has run (what it changes is on disk); the answer is
 * sent after that. In channels and group chats only what mentions the bot is meant for it.
 */
export function createTyped(deps: TeamsTypedDeps): (activity: Activity) => Promise<void> {
  const taken = new Set<string>();
  return async (activity) => {
    const { text, isCalled } = undoTeams(activity);
    const requestId = requestIdOf(activity);
    if (requestId === undefined || taken.has(requestId) || !(isCalled || isPersonal(activity))) return;
    for (const oldest of taken) if (taken.size >= mostRemembered) taken.delete(oldest);
    taken.add(requestId);
    const who = teamsPrincipal(activity, deps.home);
    const said = await answerTo(text, who, activity, requestId, deps).catch((error: unknown) => {
      // Nothing came of it, so it may come again.
      taken.delete(requestId);
      throw error;
    });
    deps.background.run(deps.answers.answer(activity, who, said));
  };
}

async function answerTo(
  typed: string,
  who: Principal,
  activity: Activity,
  requestId: string,
  deps: TeamsTypedDeps,
): Promise<Answer> {
  const place = placeOfConversation(activity.conversation.id);
  const known = await deps.people.learn(who, false, place).catch(async (error: unknown) => {
    deps.log.warn({ userId: who.userId, error: describeError(error) }, "somebody could not be looked up");
    return await deps.people.recall(who);
  });
  const signal = AbortSignal.timeout(commandLimitMs);
  const call = { known, channel: channelOf(activity), requestId, prefix: teamsPrefix, signal };
  return await runCommand(typed, call, deps.commands);
}
