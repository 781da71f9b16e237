import { randomBytes } from "node:crypto";
import type { JsonObject } from "../shared/json-object.ts";
import { append } from "../shared/keep-recent.ts";
import type { Forgery } from "./actor.ts";
import { getSeenChannel, getUser, teamOf } from "./actor.ts";
import { openDirect } from "./find-channel.ts";
import type { BotConnection, Delivery } from "./send-to-bot.ts";
import type { SlackMessage, SlackState } from "./state.ts";

// docs.slack.dev/apis/events-api: three retries, at once, after a minute and after five; here all at once.
const mostRetries = 3;

/** Every attempt to deliver one event, the last of which ended it. */
export type EventDelivery = { readonly eventId: string; readonly attempts: readonly Delivery[] };

/** What somebody typed; `thread_ts` puts it into a thread. */
export type Typed = Forgery & { readonly user: string; readonly text: string; readonly thread_ts?: string };

/** Delivers events to the bot, with Slack's retries. */
export function createEvents(deps: { readonly state: SlackState; readonly bot: BotConnection }) {
  const { state, bot } = deps;

  async function deliver(payload: JsonObject, eventId: string, forgery: Forgery): Promise<EventDelivery> {
    const request = () => bot.sign(JSON.stringify(payload), "application/json", forgery.spoiled);
    const attempts = [await bot.send(request())];
    for (let retry = 1; retry <= mostRetries; retry += 1) {
      const last = attempts.at(-1);
      if (last?.error === undefined || last.headers.get("x-slack-no-retry") === "1") break;
      const reason = last.error === "operation_timeout" ? "http_timeout" : "http_error";
      const headers = { "x-slack-retry-num": String(retry), "x-slack-retry-reason": reason };
      // Each retry is signed anew, with its own time; body and event_id stay.
      attempts.push(await bot.send(request(), headers));
    }
    return { eventId, attempts };
  }

  /** Sends an event in the Events API's envelope; the fields of `payload` go beside `type`. */
  function event(
    type: string,
    payload: JsonObject = {},
    forgery: Forgery & { readonly eventId?: string } = {},
  ) {
    const { team, bot: app, enterprise } = state.world;
    const channel = state.channels.get(String(payload.channel));
    const eventId = forgery.eventId ?? `Ev${randomBytes(6).toString("hex").toUpperCase()}`;
    const teamId = forgery.teamId ?? team.id;
    const body = {
      token: "verification-token-unused",
      team_id: channel?.hostTeam ?? teamId,
      api_app_id: app.appId,
      event: { event_ts: state.nextTs(), ...payload, type },
      type: "event_callback",
      event_id: eventId,
      event_time: Math.floor(state.world.now() / 1000),
      authorizations: [
        {
          enterprise_id: forgery.teamId === undefined ? (enterprise?.id ?? null) : null,
          team_id: teamId,
          user_id: app.userId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: channel?.isExtShared === true,
    };
    return deliver(body, eventId, forgery);
  }

  function say(channelId: string, typed: Typed, text: string): SlackMessage {
    const channel = getSeenChannel(state, channelId, getUser(state, typed.user));
    const thread = typed.thread_ts === undefined ? {} : { thread_ts: typed.thread_ts };
    const message = { ts: state.nextTs(), ...thread, user: typed.user, text, blocks: [], edits: 0 };
    append(channel, message);
    state.changed();
    return message;
  }

  function typedEvent(
    type: string,
    channel: string,
    message: SlackMessage,
    typed: Typed,
    extra: JsonObject = {},
  ) {
    const { ts, text, user } = message;
    const team = typed.userTeamId ?? teamOf(state, getUser(state, user));
    const thread = message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts };
    return event(
      type,
      { user, text, ts, event_ts: ts, channel, team, user_team: team, ...thread, ...extra },
      typed,
    );
  }

  return {
    event,
    /** Somebody writes to the bot in a channel; without a mention in the text, one is put before it. */
    mention(typed: Typed & { readonly channel: string }): Promise<EventDelivery> {
      const tag = `<@${state.world.bot.userId}>`;
      const text = typed.text.includes(tag) ? typed.text : `${tag} ${typed.text}`;
      return typedEvent("app_mention", typed.channel, say(typed.channel, typed, text), typed);
    },
    /** Somebody writes to the bot in their direct conversation. */
    directMessage(typed: Typed): Promise<EventDelivery> {
      getUser(state, typed.user);
      const channel = openDirect(state, typed.user);
      const message = say(channel.id, typed, typed.text);
      return typedEvent("message", channel.id, message, typed, { channel_type: "im" });
    },
    /** Slack's handshake with a request URL; true if the challenge came back. */
    async urlVerification(): Promise<boolean> {
      const challenge = randomBytes(16).toString("hex");
      const body = JSON.stringify({
        token: "verification-token-unused",
        challenge,
        type: "url_verification",
      });
      const delivery = await bot.send(bot.sign(body, "application/json"));
      return delivery.error === undefined && (delivery.json?.challenge ?? delivery.body) === challenge;
    },
  };
}
