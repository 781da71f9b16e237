import { isObject, type JsonObject } from "../shared/json-object.ts";
import { VerbError } from "../shared/verb-error.ts";
import type { Forgery } from "./actor.ts";
import { addNotice, envelope, getUser, noteFailure, signInteraction, teamOf } from "./actor.ts";
import type { InteractionDeps } from "./click.ts";
import type { FormValues } from "./form-values.ts";
import { fillForm } from "./form-values.ts";
import { openView, replaceView, toApiView } from "./methods-views.ts";
import type { Delivery } from "./send-to-bot.ts";
import { SlackError } from "./slack-error.ts";
import { isOfTeam, type SlackState, type SlackView } from "./state.ts";

/** A person presses the submit button of a modal. */
export type Submit = Forgery & {
  readonly viewId: string;
  readonly user: string;
  readonly values: FormValues;
};

/** How it went. `errors` by block_id: from Slack's own client (then nothing was sent) or from the bot. */
export type Submitted = {
  readonly delivery: Delivery | undefined;
  readonly errors: Readonly<Record<string, string>>;
  /** What became of the view; `failed`: it stays open, with the platform's error shown. */
  readonly outcome: "closed" | "cleared" | "errors" | "updated" | "pushed" | "failed";
};

function getView(state: SlackState, viewId: string, user: string): SlackView {
  const view = state.views.find((entry) => entry.id === viewId && entry.user === user);
  if (view === undefined) throw new VerbError("no_such_view", `${viewId} for ${user}`);
  return view;
}

/** Sends `view_submission` and does what the answer's `response_action` says. */
export function createSubmit({ state, triggers, bot }: InteractionDeps) {
  return async (submit: Submit): Promise<Submitted> => {
    const user = getUser(state, submit.user);
    const view = getView(state, submit.viewId, user.id);
    const form = fillForm(view, submit.values);
    if (Object.keys(form.errors).length > 0)
      return { delivery: undefined, errors: form.errors, outcome: "errors" };
    const payload = {
      type: "view_submission",
      ...envelope(state, user, submit),
      // The workspace that somebody submits in, not the one that the app is installed in (bolt-js #1614).
      ...(isOfTeam(state.world, user) ? {} : { team: { id: submit.teamId ?? teamOf(state, user) } }),
      trigger_id: triggers.issue({ user: user.id, viewId: view.id }),
      view: toApiView(state, view, form.values),
      response_urls: [],
    };
    const delivery = await bot.send(signInteraction(bot, payload, submit));
    noteFailure(state, { user: user.id }, `submit ${view.callback_id}`, delivery);
    if (delivery.error !== undefined) return { delivery, errors: {}, outcome: "failed" };
    return { delivery, ...react(state, view, delivery) };
  };
}

/** The person closes a modal; Slack tells the bot only if the view has `notify_on_close`. */
export function createCloseView({ state, bot }: InteractionDeps) {
  return async (
    close: Forgery & { readonly viewId: string; readonly user: string },
  ): Promise<Delivery | undefined> => {
    const user = getUser(state, close.user);
    const view = getView(state, close.viewId, user.id);
    removeView(state, view.id);
    if (!view.notify_on_close) return undefined;
    const payload = {
      type: "view_closed",
      ...envelope(state, user, close),
      view: toApiView(state, view),
      is_cleared: false,
    };
    return bot.send(signInteraction(bot, payload, close));
  };
}

function removeView(state: SlackState, id: string): void {
  state.views = state.views.filter((view) => view.id !== id);
  state.changed();
}

function react(state: SlackState, view: SlackView, delivery: Delivery): Omit<Submitted, "delivery"> {
  const none = {};
  const refused = (detail: string): Omit<Submitted, "delivery"> => {
    addNotice(state, { user: view.user }, "invalid_view_response", detail);
    return { errors: none, outcome: "failed" };
  };
  const answer = delivery.json ?? {};
  if (delivery.json === undefined && delivery.body.trim() !== "")
    return refused("the answer is neither empty nor JSON");
  try {
    switch (answer.response_action) {
      case undefined:
        removeView(state, view.id);
        return { errors: none, outcome: "closed" };
      case "clear":
        state.views = state.views.filter((entry) => entry.root_view_id !== view.root_view_id);
        state.changed();
        return { errors: none, outcome: "cleared" };
      case "errors":
        return showErrors(state, view, answer.errors) ?? refused("errors must name input blocks of the view");
      case "update":
        replaceView(state, view, answer.view);
        return { errors: none, outcome: "updated" };
      case "push":
        openView(state, view.user, answer.view, view);
        return { errors: none, outcome: "pushed" };
      default:
        return refused(`unknown response_action ${String(answer.response_action)}`);
    }
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return refused(`${error.code}: ${JSON.stringify(error.fields)}`);
  }
}

/** Undefined when the answer's errors are not `{<block_id of an input>: <text>}`. */
function showErrors(
  state: SlackState,
  view: SlackView,
  errors: unknown,
): Omit<Submitted, "delivery"> | undefined {
  if (!isObject(errors) || Object.keys(errors).length === 0) return undefined;
  const inputs = new Set(
    view.blocks.filter((block: JsonObject) => block.type === "input").map((b) => b.block_id),
  );
  const shown: Record<string, string> = {};
  for (const [blockId, text] of Object.entries(errors)) {
    if (!inputs.has(blockId) || typeof text !== "string" || text === "") return undefined;
    shown[blockId] = text;
  }
  state.views = state.views.map((entry) => (entry.id === view.id ? { ...entry, errors: shown } : entry));
  state.changed();
  return { errors: shown, outcome: "errors" };
}
