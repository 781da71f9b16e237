import { z } from "zod";
import { renderTeamsCard } from "../../../cards/teams/adaptive-card.ts";
import { renderTeamsDetails } from "../../../cards/teams/adaptive-dialog.ts";
import { cardVerb, executeVerbs } from "../../../cards/teams/adaptive-elements.ts";
import { notice } from "../../../nouns/card.ts";
import { click, showCard } from "../../converse/clicks.ts";
import type { Click, ClickDeps } from "../../converse/conversation.ts";
import { submit } from "../../converse/submissions.ts";
import type { ActivityAnswer } from "../gate/teams-route.ts";
import { type Activity, channelOf, requestIdOf, teamsPrincipal } from "./activity.ts";
import {
  cardAnswer,
  dialogAnswer,
  empty,
  errorAnswer,
  messageAnswer,
  privateAnswer,
  taskMessage,
} from "./invoke-answers.ts";

// What a client sends back: the reference counts, looked up in the store, and what was entered.
const reference = z.string().max(200);
const ActionValue = z.object({
  action: z.object({ verb: z.string().max(100), data: z.object({ reference }).nullish() }),
});
const TaskValue = z.object({ data: z.looseObject({ reference }) });

interface InvokeDeps extends ClickDeps {
  /** Our own tenant. */
  readonly home: string;
}

/**
 * Answers an invoke out of the store alone; undefined for one that we did not ask for. What may change something is on
 * disk before. Throws what the store throws: then nothing was recorded.
 */
export async function answerInvoke(
  activity: Activity,
  deps: InvokeDeps,
): Promise<ActivityAnswer | undefined> {
  switch (activity.name) {
    case "adaptiveCard/action":
      return await answerAction(activity, deps);
    case "task/fetch":
      return await openDialog(activity, deps);
    case "task/submit":
      return await takeDialog(activity, deps);
    default:
      return undefined;
  }
}

async function answerAction(activity: Activity, deps: InvokeDeps): Promise<ActivityAnswer> {
  const value = ActionValue.safeParse(activity.value);
  const input = value.success ? clickOf(activity, value.data.action.data?.reference, deps) : undefined;
  if (!value.success || input === undefined)
    return errorAnswer(400, "I don't understand this button. Nothing was changed.");
  const { verb } = value.data.action;
  if (verb === cardVerb) {
    const shown = await showCard(input, deps);
    if (shown.kind === "private") return messageAnswer(shown.notice);
    const { card } = renderTeamsCard(shown.card);
    return card === undefined
      ? messageAnswer(notice("neutral", "📄", [shown.card.summary]))
      : cardAnswer(card);
  }
  if (!executeVerbs.includes(verb))
    return errorAnswer(400, "I do not know this button. Nothing was changed.");
  const answer = await click(input, deps);
  if (answer.kind === "private") return messageAnswer(answer.notice);
  // A reference of another button: what asks has to open a dialog, which an Action.Execute cannot.
  if (answer.dialog.submit !== undefined)
    return errorAnswer(400, "This button asks first. Nothing was changed.");
  return cardAnswer(renderTeamsDetails(answer.dialog));
}

async function openDialog(activity: Activity, deps: InvokeDeps): Promise<ActivityAnswer> {
  const value = TaskValue.safeParse(activity.value);
  const input = clickOf(activity, value.success ? value.data.data.reference : undefined, deps);
  if (input === undefined) return notUnderstood();
  const answer = await click(input, deps);
  if (answer.kind === "private") return privateAnswer(answer.notice);
  return dialogAnswer(answer.dialog);
}

async function takeDialog(activity: Activity, deps: InvokeDeps): Promise<ActivityAnswer> {
  const value = TaskValue.safeParse(activity.value);
  const requestId = requestIdOf(activity);
  if (!value.success || requestId === undefined) return notUnderstood();
  const values = textsOf(value.data.data);
  const who = teamsPrincipal(activity, deps.home);
  const answer = await submit({ requestId, who, reference: value.data.data.reference, values }, deps);
  switch (answer.kind) {
    case "accepted":
      // Where the outcome is on the card, the dialog has done its work and closes.
      return answer.as === "asked" ? empty : taskMessage(answer.notice);
    case "refused":
      return privateAnswer(answer.notice);
    case "errors":
      return answer.dialog === undefined
        ? taskMessage(notice("warning", "❗", Object.values(answer.errors)))
        : dialogAnswer(answer.dialog, { errors: answer.errors, values });
    default:
      return answer satisfies never;
  }
}

/** A press on a button of a card; undefined where nothing tells it from another. */
export function clickOf(
  activity: Activity,
  ref: string | undefined,
  deps: Pick<InvokeDeps, "home">,
): Click | undefined {
  const requestId = requestIdOf(activity);
  if (requestId === undefined || ref === undefined) return undefined;
  return {
    requestId,
    who: teamsPrincipal(activity, deps.home),
    channel: channelOf(activity),
    externalId: activity.replyToId ?? "",
    reference: ref,
  };
}

function textsOf(data: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const entries = Object.entries(data).filter(([id]) => id !== "reference" && id !== "msteams");
  return Object.fromEntries(
    entries.flatMap(([id, value]) => (typeof value === "string" ? [[id, value]] : [])),
  );
}

function notUnderstood(): ActivityAnswer {
  return taskMessage(notice("warning", "❔", ["I don't understand this button. Nothing was changed."]));
}
