import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";
import { VerbError } from "../shared/verb-error.ts";
import { invokeActivity } from "./activities.ts";
import { findAction } from "./card-parts.ts";
import type { PeopleDeps } from "./click.ts";
import { getPerson, getSeenPlace } from "./find-place.ts";
import type { FormValues } from "./form-values.ts";
import { fillForm } from "./form-values.ts";
import { note, noteFailure } from "./notes.ts";
import { readTaskAnswer } from "./read-answer.ts";
import type { Delivery } from "./send-to-bot.ts";
import type { Spoiled } from "./sign-activity.ts";
import type { TeamsDialog, TeamsState } from "./state.ts";

/** A person presses the button of a dialog. */
export type Submit = {
  readonly dialogId: string;
  readonly user: string;
  readonly values: FormValues;
  /** Which button, where the dialog has several: a verb in its data, its id or its title. */
  readonly verb?: string;
  /** Sent instead of the button's own data: a client that lies. */
  readonly forgedData?: JsonObject;
  readonly spoiled?: Spoiled;
};

/** How it went. `invalid`: the client itself refused, and nothing was sent. `failed`: it stays open. */
export type Submitted = {
  readonly outcome: "invalid" | "replaced" | "message" | "closed" | "failed";
  readonly delivery: Delivery | undefined;
  /** By input id, when `invalid`. */
  readonly errors: Readonly<Record<string, string>>;
  readonly text?: string;
};

/** Sends `task/submit` and does what the answer says. */
export function createSubmit({ state, bot, serviceUrl }: PeopleDeps) {
  return async (submit: Submit): Promise<Submitted> => {
    const person = getPerson(state, submit.user);
    const dialog = getDialog(state, submit.dialogId, person.id);
    const place = getSeenPlace(state, dialog.conversation, person);
    const action = findAction(dialog.card, { verb: submit.verb });
    if (action === undefined)
      throw new VerbError("no_such_button", `${submit.verb ?? "submit"} in ${dialog.id}`);
    const form = fillForm(dialog.card, submit.values);
    if (Object.keys(form.errors).length > 0) {
      replaceDialog(state, { ...dialog, errors: form.errors });
      return { outcome: "invalid", delivery: undefined, errors: form.errors };
    }
    const message = place.messages.find(({ id }) => id === dialog.messageId);
    const root = place.kind === "channel" ? (message?.replyToId ?? dialog.messageId) : undefined;
    const own = submit.forgedData ?? (isObject(action.data) ? action.data : {});
    const value = { data: { ...own, ...form.values }, context: { theme: "default" } };
    const invoke = { name: "task/submit", value, replyToId: dialog.messageId };
    const activity = invokeActivity(state, serviceUrl(), { person, place, root }, invoke);
    return react(state, dialog, await bot.send(activity, submit.spoiled));
  };
}

/** The person closes a dialog; the bot hears nothing of it. */
export function createCloseDialog({ state }: PeopleDeps) {
  return (close: { readonly dialogId: string; readonly user: string }): void => {
    removeDialog(state, getDialog(state, close.dialogId, getPerson(state, close.user).id).id);
  };
}

function react(state: TeamsState, dialog: TeamsDialog, delivery: Delivery): Submitted {
  const answer = readTaskAnswer(delivery);
  switch (answer.kind) {
    case "continue": {
      const { errors: _old, ...kept } = dialog;
      replaceDialog(state, { ...kept, title: answer.title || dialog.title, card: answer.card });
      return { outcome: "replaced", delivery, errors: {} };
    }
    case "message":
      removeDialog(state, dialog.id);
      note(state, at(dialog), "message", answer.text);
      return { outcome: "message", delivery, errors: {}, text: answer.text };
    case "empty":
      removeDialog(state, dialog.id);
      return { outcome: "closed", delivery, errors: {} };
    default:
      noteFailure(state, at(dialog), "task/submit", answer.problem);
      return { outcome: "failed", delivery, errors: {} };
  }
}

function at({ conversation, messageId, user }: TeamsDialog) {
  return { conversation, messageId, user };
}

function getDialog(state: TeamsState, id: string, user: string): TeamsDialog {
  const dialog = state.dialogs.find((one) => one.id === id && one.user === user);
  if (dialog === undefined) throw new VerbError("no_such_dialog", `${id} for ${user}`);
  return dialog;
}

function replaceDialog(state: TeamsState, dialog: TeamsDialog): void {
  state.dialogs = state.dialogs.map((one) => (one.id === dialog.id ? dialog : one));
  state.changed();
}

function removeDialog(state: TeamsState, id: string): void {
  state.dialogs = state.dialogs.filter((one) => one.id !== id);
  state.changed();
}
