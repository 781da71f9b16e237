import { randomBytes } from "node:crypto";
import type { Reply } from "../shared/http-call.ts";
import { type JsonObject, parseObject } from "../shared/json-object.ts";
import { compose, editMessage, postAsBot, removeMessage, showPrivately } from "./compose-message.ts";
import { SlackError } from "./slack-error.ts";
import type { SlackState } from "./state.ts";

// docs.slack.dev/interactivity/handling-user-interaction: five uses within thirty minutes.
const usesLeft = 5;
const lifeMs = 30 * 60_000;
const keptUrls = 5000;

/** What a response_url answers to: a person in a channel, and the message that they clicked on, if any. */
export type ResponseContext = {
  readonly channel: string;
  readonly user: string;
  readonly message_ts?: string;
  readonly ephemeral_ts?: string;
};

/** Gives out response_urls and takes what is posted to them. */
export type ResponseUrls = {
  /** `heard` is called with each body that was taken. Gives the path below the workspace's address. */
  readonly issue: (context: ResponseContext, heard?: (body: JsonObject) => void) => string;
  /** Answers one post to a path; the effect is done. */
  readonly handle: (path: string, body: string) => Reply;
};

/** response_urls over the workspace's clock. */
export function createResponseUrls(state: SlackState): ResponseUrls {
  type Issued = { context: ResponseContext; at: number; left: number; heard: (body: JsonObject) => void };
  const issued = new Map<string, Issued>();
  return {
    issue(context, heard = () => {}) {
      const path = `/actions/${state.world.team.id}/${randomBytes(18).toString("base64url")}`;
      issued.set(path, { context, at: state.world.now(), left: usesLeft, heard });
      const [oldest] = issued.keys();
      if (issued.size > keptUrls && oldest !== undefined) issued.delete(oldest);
      return path;
    },
    handle(path, body) {
      const found = issued.get(path);
      const expired = found === undefined || found.left === 0 || state.world.now() - found.at > lifeMs;
      if (expired) return { status: 404, body: { ok: false, error: "expired_url" } };
      const parsed = parseObject(body);
      if (parsed === undefined) return { status: 400, body: "invalid_payload" };
      found.left -= 1;
      try {
        respond(state, found.context, parsed);
        found.heard(parsed);
        return { status: 200, body: "ok" };
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        // response_urls answer refusals with a status; the code is in the body.
        return {
          status: error.code === "no_text" ? 400 : 404,
          body: { ok: false, error: error.code, ...error.fields },
        };
      }
    },
  };
}

/** Shows an answer as Slack does for a response_url and for the body of a slash command's answer. */
export function respond(state: SlackState, context: ResponseContext, body: JsonObject): void {
  const channel = state.channels.get(context.channel);
  if (channel === undefined) throw new SlackError("channel_not_found");
  if (body.delete_original === true) {
    if (context.message_ts !== undefined) removeMessage(state, channel, context.message_ts);
    state.ephemerals = state.ephemerals.filter((entry) => entry.ts !== context.ephemeral_ts);
    state.changed();
    return;
  }
  const composed = compose(state, body);
  if (body.replace_original === true && context.ephemeral_ts !== undefined) {
    state.ephemerals = state.ephemerals.map((entry) =>
      entry.ts === context.ephemeral_ts ? { ...entry, text: composed.text, blocks: composed.blocks } : entry,
    );
    state.changed();
    return;
  }
  if (body.replace_original === true && context.message_ts !== undefined) {
    const original = channel.messages.find((message) => message.ts === context.message_ts);
    if (original === undefined) throw new SlackError("message_not_found");
    const { metadata } = original;
    editMessage(state, channel, original, { ...(metadata === undefined ? {} : { metadata }), ...composed });
    return;
  }
  // A thread is not looked at (bolt-js #963, #2170): what is said so stands in the channel.
  if (body.response_type === "in_channel") postAsBot(state, channel, composed);
  else showPrivately(state, { channel: channel.id, user: context.user }, composed);
}
