import type { JsonObject } from "../shared/json-object.ts";
import { VerbError } from "../shared/verb-error.ts";
import type { Forgery } from "./actor.ts";
import { envelope, getSeenChannel, getUser, noteFailure, signInteraction } from "./actor.ts";
import { toApiMessage } from "./compose-message.ts";
import type { Found } from "./find-button.ts";
import { findButton, toAction } from "./find-button.ts";
import { toApiView } from "./methods-views.ts";
import type { SlackUser } from "./options.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { BotConnection, Delivery } from "./send-to-bot.ts";
import type { SlackState } from "./state.ts";
import type { Triggers } from "./triggers.ts";

/** A click on a button of a message or ephemeral (`channel`, `ts`), or of a modal (`viewId`). */
export type Click = Forgery & {
  readonly channel?: string;
  readonly ts?: string;
  readonly viewId?: string;
  readonly actionId: string;
  readonly user: string;
  /** Which button, where several share the id; what is sent, when forged. */
  readonly value?: string;
  /** True: send it although there is no such button now, as a client that did not see the edit yet. */
  readonly forge?: boolean;
};

/** The answer to a click, and the two keys that it gave the bot. */
export type Clicked = Delivery & { readonly triggerId: string; readonly responseUrl: string | undefined };

/** What people's actions need. */
export type InteractionDeps = {
  readonly state: SlackState;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly bot: BotConnection;
  /** The workspace's own address, `http://127.0.0.1:PORT`. */
  readonly address: () => string;
};

type Place = { readonly found: Found; readonly payload: JsonObject; readonly responsePath?: string };

/** Sends `block_actions` for what stands in the message now; throws `no such button` when it does not. */
export function createClick(deps: InteractionDeps) {
  const { state, triggers, bot, address } = deps;
  return async (click: Click): Promise<Clicked> => {
    const user = getUser(state, click.user);
    const place = click.viewId === undefined ? locateInChannel(deps, click, user) : locateInView(deps, click);
    const trigger = { user: user.id, ...(click.viewId === undefined ? {} : { viewId: click.viewId }) };
    const triggerId = triggers.issue(trigger);
    const responseUrl = place.responsePath === undefined ? undefined : address() + place.responsePath;
    const payload = {
      type: "block_actions",
      ...envelope(state, user, click),
      ...place.payload,
      trigger_id: triggerId,
      ...(responseUrl === undefined ? {} : { response_url: responseUrl }),
      actions: [toAction(place.found, click.value, state.nextTs())],
    };
    const delivery = await bot.send(signInteraction(bot, payload, click));
    const where = { user: user.id, ...(click.channel === undefined ? {} : { channel: click.channel }) };
    noteFailure(state, where, `click ${click.actionId}`, delivery);
    return { ...delivery, triggerId, responseUrl };
  };
}

function locateInChannel({ state, responseUrls }: InteractionDeps, click: Click, user: SlackUser): Place {
  const channel = getSeenChannel(state, click.channel ?? "", user);
  const ts = click.ts ?? "";
  const message = channel.messages.find((entry) => entry.ts === ts);
  const ephemeral = state.ephemerals.find((entry) => entry.ts === ts && entry.user === user.id);
  const shown = message ?? ephemeral;
  const found = findButton(shown?.blocks ?? [], click.actionId, click.value) ?? forged(click);
  const thread = shown?.thread_ts === undefined ? {} : { thread_ts: shown.thread_ts };
  const isEphemeral = ephemeral !== undefined;
  const container = {
    type: "message",
    message_ts: ts,
    channel_id: channel.id,
    is_ephemeral: isEphemeral,
    ...thread,
  };
  const responsePath = responseUrls.issue({
    channel: channel.id,
    user: user.id,
    ...(message === undefined ? {} : { message_ts: ts }),
    ...(ephemeral === undefined ? {} : { ephemeral_ts: ts }),
  });
  const payload = {
    container,
    channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
    // Slack leaves the message out when it is an ephemeral one.
    ...(message === undefined ? {} : { message: toApiMessage(state, message) }),
    state: { values: {} },
  };
  return { found, payload, responsePath };
}

function locateInView({ state }: InteractionDeps, click: Click): Place {
  const view = state.views.find((entry) => entry.id === click.viewId && entry.user === click.user);
  if (view === undefined) throw new VerbError("no_such_view", `${click.viewId} for ${click.user}`);
  const found = findButton(view.blocks, click.actionId, click.value) ?? forged(click);
  return { found, payload: { container: { type: "view", view_id: view.id }, view: toApiView(state, view) } };
}

function forged(click: Click): Found {
  if (click.forge !== true) {
    const value = click.value === undefined ? "" : ` with value ${click.value}`;
    throw new VerbError("no_such_button", `${click.actionId}${value} in ${click.viewId ?? click.ts}`);
  }
  const text = { type: "plain_text", text: "gone", emoji: true };
  return { blockId: "gone", element: { type: "button", action_id: click.actionId, text } };
}
