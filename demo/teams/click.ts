import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";
import { keepRecent } from "../shared/keep-recent.ts";
import { VerbError } from "../shared/verb-error.ts";
import type { Scene } from "./activities.ts";
import { baseActivity, invokeActivity } from "./activities.ts";
import { findAction, teamsMeaning } from "./card-parts.ts";
import { getPerson, getSeenPlace } from "./find-place.ts";
import type { NotedAt } from "./notes.ts";
import { note, noteFailure } from "./notes.ts";
import { readActionAnswer, readTaskAnswer } from "./read-answer.ts";
import type { BotConnection, Delivery } from "./send-to-bot.ts";
import type { Spoiled } from "./sign-activity.ts";
import type { TeamsDialog, TeamsMessage, TeamsState } from "./state.ts";

/** A click on a button of a card. */
export type Click = {
  readonly conversation: string;
  /** The message with the card. */
  readonly id: string;
  /** The verb of an Action.Execute; for an Action.Submit a verb in its data, its id or its title. */
  readonly verb?: string;
  /** Which button, where several share the verb; what is sent, when forged. */
  readonly data?: JsonObject;
  readonly user: string;
  /** Sends it although there is no such button now: as a client that did not see the edit yet, or one that lies. */
  readonly forge?: "Action.Execute" | "Action.Submit" | "task/fetch";
  readonly spoiled?: Spoiled;
};

/** How the bot answered, and what the person sees of it. */
export type Clicked = Delivery & {
  readonly outcome: "dialog" | "message" | "card" | "error" | "sent" | "failed";
  /** The dialog that opened. */
  readonly dialogId?: string;
  /** The words shown to this person alone. */
  readonly text?: string;
};

/** What people's actions need. */
export type PeopleDeps = {
  readonly state: TeamsState;
  readonly bot: BotConnection;
  /** As activities name it: `http://127.0.0.1:PORT/teams/`. */
  readonly serviceUrl: () => string;
};

type Pressed = {
  readonly scene: Scene;
  readonly message: TeamsMessage;
  readonly at: NotedAt;
  readonly click: Click;
};

/** Presses what stands in the card now; throws `no such button` when it does not. */
export function createClick(deps: PeopleDeps) {
  return async (click: Click): Promise<Clicked> => {
    const { state } = deps;
    const person = getPerson(state, click.user);
    const place = getSeenPlace(state, click.conversation, person);
    const message = place.messages.find((one) => one.id === click.id);
    if (message === undefined) throw new VerbError("no_such_message", `${click.id} in ${place.id}`);
    const root = place.kind === "channel" ? (message.replyToId ?? message.id) : undefined;
    const at = { conversation: place.id, messageId: message.id, user: person.id };
    const own = state.cardViews.find((view) => view.messageId === message.id && view.user === person.id);
    const action = findAction(own?.card ?? message.card ?? {}, click) ?? forged(click);
    const pressed = { scene: { person, place, root }, message, at, click };
    if (action.type === "Action.Execute") return execute(deps, pressed, action);
    const meaning = teamsMeaning(action);
    if (meaning.type === "task/fetch") return fetchTask(deps, pressed, action);
    return sendValue(deps, pressed, action, meaning);
  };
}

async function execute(
  deps: PeopleDeps,
  { scene, at, click }: Pressed,
  action: JsonObject,
): Promise<Clicked> {
  const { state, bot } = deps;
  const { type, title, id, verb, data = {} } = action;
  const value = { action: { type, title, id, verb, data }, trigger: "manual" };
  const invoke = { name: "adaptiveCard/action", value, replyToId: at.messageId };
  const delivery = await bot.send(invokeActivity(state, deps.serviceUrl(), scene, invoke), click.spoiled);
  const answer = readActionAnswer(delivery);
  switch (answer.kind) {
    case "broken":
      noteFailure(state, at, `click ${String(verb)}`, answer.problem);
      return { ...delivery, outcome: "failed" };
    case "card":
      state.cardViews = keepRecent(withoutView(state, at), { ...at, card: answer.card });
      state.changed();
      return { ...delivery, outcome: "card" };
    default:
      note(state, at, answer.kind, answer.text);
      return { ...delivery, outcome: answer.kind, text: answer.text };
  }
}

async function fetchTask(
  deps: PeopleDeps,
  { scene, at, click }: Pressed,
  action: JsonObject,
): Promise<Clicked> {
  const { state, bot } = deps;
  const value = { data: action.data, context: { theme: "default" } };
  const invoke = { name: "task/fetch", value, replyToId: at.messageId };
  const delivery = await bot.send(invokeActivity(state, deps.serviceUrl(), scene, invoke), click.spoiled);
  const answer = readTaskAnswer(delivery);
  switch (answer.kind) {
    case "continue": {
      const dialog: TeamsDialog = {
        id: `dialog-${state.nextId()}`,
        ...at,
        title: answer.title,
        card: answer.card,
      };
      state.dialogs = keepRecent(state.dialogs, dialog);
      state.changed();
      return { ...delivery, outcome: "dialog", dialogId: dialog.id };
    }
    case "message":
      note(state, at, "message", answer.text);
      return { ...delivery, outcome: "message", text: answer.text };
    default:
      noteFailure(state, at, "task/fetch", answer.kind === "empty" ? "the answer is empty" : answer.problem);
      return { ...delivery, outcome: "failed" };
  }
}

/** An Action.Submit without a dialog comes to the bot as a message with a value; nothing is shown of its answer. */
async function sendValue(
  deps: PeopleDeps,
  { scene, at, click }: Pressed,
  action: JsonObject,
  meaning: JsonObject,
): Promise<Clicked> {
  const { state, bot } = deps;
  const value = meaning.type === "messageBack" ? meaning.value : action.data;
  const said = meaning.type === "imBack" ? meaning.value : meaning.text;
  const activity = {
    ...baseActivity(state, deps.serviceUrl(), scene),
    type: "message",
    textFormat: "plain",
    replyToId: at.messageId,
    ...(said === undefined ? {} : { text: said }),
    ...(meaning.type === "imBack" ? {} : { value }),
  };
  const delivery = await bot.send(activity, click.spoiled);
  if (delivery.error === undefined) return { ...delivery, outcome: "sent" };
  noteFailure(state, at, "submit", delivery.error);
  return { ...delivery, outcome: "failed" };
}

function withoutView(state: TeamsState, at: NotedAt) {
  return state.cardViews.filter((view) => view.messageId !== at.messageId || view.user !== at.user);
}

function forged(click: Click): JsonObject {
  if (click.forge === undefined) {
    const data = click.data === undefined ? "" : ` with ${JSON.stringify(click.data)}`;
    throw new VerbError("no_such_button", `${click.verb ?? ""}${data} in ${click.id}`);
  }
  const data = isObject(click.data) ? click.data : {};
  if (click.forge === "Action.Execute") return { type: "Action.Execute", verb: click.verb ?? "", data };
  if (click.forge === "Action.Submit") return { type: "Action.Submit", data };
  return { type: "Action.Submit", data: { msteams: { type: "task/fetch" }, ...data } };
}
