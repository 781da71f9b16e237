import { randomBytes } from "node:crypto";
import { isObject, type JsonObject } from "../shared/json-object.ts";
import { withBlockIds } from "./compose-message.ts";
import type { Methods } from "./method.ts";
import type { Arguments } from "./read-arguments.ts";
import { findText, getText } from "./read-arguments.ts";
import { invalidView, SlackError } from "./slack-error.ts";
import type { SlackState, SlackView } from "./state.ts";
import { validateView } from "./validate-view.ts";

// docs.slack.dev/surfaces/modals: at most three views in one stack.
const deepestStack = 3;

/** The modal in `view`, checked; throws `invalid_arguments` with every problem, as Slack does for views. */
export function acceptView(state: SlackState, view: unknown) {
  const problems = validateView(view);
  if (problems.length > 0 || !isObject(view)) throw invalidView(problems);
  const blocks = Array.isArray(view.blocks) ? view.blocks.filter(isObject) : [];
  const submit = plain(view.submit);
  const close = plain(view.close);
  return {
    callback_id: textOf(view.callback_id),
    title: plain(view.title) ?? "",
    private_metadata: textOf(view.private_metadata),
    external_id: textOf(view.external_id),
    clear_on_close: view.clear_on_close === true,
    notify_on_close: view.notify_on_close === true,
    blocks: withBlockIds(state, blocks),
    ...(submit === undefined ? {} : { submit }),
    ...(close === undefined ? {} : { close }),
    // Slack changes the hash at each update; `views.update` with an old one is a conflict.
    hash: `${Math.floor(state.world.now() / 1000)}.${randomBytes(4).toString("hex")}`,
    errors: {},
  };
}

/** Opens a modal for a person; `on` puts it on top of another view. Throws as `views.open` and `views.push` do. */
export function openView(state: SlackState, user: string, view: unknown, on?: SlackView): SlackView {
  const accepted = acceptView(state, view);
  const stack = state.views.filter((entry) => entry.root_view_id === on?.root_view_id);
  if (on !== undefined && stack.length >= deepestStack) throw new SlackError("push_limit_reached");
  const taken =
    accepted.external_id !== "" && state.views.some((v) => v.external_id === accepted.external_id);
  if (taken) throw new SlackError("duplicate_external_id");
  const id = state.nextId("V");
  const opened: SlackView = {
    id,
    user,
    root_view_id: on?.root_view_id ?? id,
    ...(on === undefined ? {} : { previous_view_id: on.id }),
    ...accepted,
  };
  state.views = [...state.views, opened];
  state.changed();
  return opened;
}

/** Puts a new content into an open view. */
export function replaceView(state: SlackState, view: SlackView, content: unknown): SlackView {
  const { submit: _submit, close: _close, ...kept } = view;
  const updated: SlackView = { ...kept, ...acceptView(state, content) };
  state.views = state.views.map((entry) => (entry.id === view.id ? updated : entry));
  state.changed();
  return updated;
}

/** A view as the Web API and interaction payloads show it. */
export function toApiView(state: SlackState, view: SlackView, values: JsonObject = {}): JsonObject {
  const { user: _user, errors: _errors, title, submit, close, ...rest } = view;
  const text = (value: string | undefined) =>
    value === undefined ? null : { type: "plain_text", text: value, emoji: true };
  return {
    team_id: state.world.team.id,
    type: "modal",
    app_id: state.world.bot.appId,
    app_installed_team_id: state.world.team.id,
    bot_id: state.world.bot.botId,
    previous_view_id: null,
    ...rest,
    title: text(title),
    submit: text(submit),
    close: text(close),
    state: { values },
  };
}

function findView(state: SlackState, args: Arguments): SlackView {
  const id = findText(args, "view_id");
  const externalId = findText(args, "external_id");
  const view = state.views.find((entry) =>
    id === undefined ? entry.external_id === externalId : entry.id === id,
  );
  if (view === undefined || (id === undefined && externalId === undefined)) throw new SlackError("not_found");
  return view;
}

/** The views.* methods for modals. */
export const viewMethods: Methods = {
  "views.open": ({ state, triggers, args }) => {
    const trigger = triggers.exchange(getText(args, "trigger_id"));
    return { view: toApiView(state, openView(state, trigger.user, args.view)) };
  },
  "views.push": ({ state, triggers, args }) => {
    const trigger = triggers.exchange(getText(args, "trigger_id"));
    const on = state.views.find((view) => view.id === trigger.viewId);
    if (on === undefined) throw new SlackError("no_view_to_push_on");
    return { view: toApiView(state, openView(state, trigger.user, args.view, on)) };
  },
  "views.update": ({ state, args }) => {
    const view = findView(state, args);
    const hash = findText(args, "hash");
    if (hash !== undefined && hash !== view.hash) throw new SlackError("hash_conflict");
    return { view: toApiView(state, replaceView(state, view, args.view)) };
  },
};

function plain(text: unknown): string | undefined {
  return isObject(text) && typeof text.text === "string" ? text.text : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
