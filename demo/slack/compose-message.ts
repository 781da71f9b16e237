import { isObject, type JsonObject } from "../shared/json-object.ts";
import { append, keepRecent } from "../shared/keep-recent.ts";
import { codePoints } from "./block-kit-check.ts";
import type { Arguments } from "./read-arguments.ts";
import { findText } from "./read-arguments.ts";
import { invalidBlocks, SlackError } from "./slack-error.ts";
import type { Blocks, SlackChannel, SlackMessage, SlackState } from "./state.ts";
import { validateBlocks } from "./validate-blocks.ts";

// docs.slack.dev: chat.postMessage takes up to 40,000 characters of text, chat.update 4,000.
const longestPost = 40_000;
/** The longest text that `chat.update` takes, in characters. */
export const longestUpdate = 4000;

/** Text, blocks and metadata of a message to be, checked. */
export type Composed = { readonly text: string; readonly blocks: Blocks; readonly metadata?: JsonObject };

/** Blocks with an id each, as Slack fills them in; throws `invalid_blocks` with every problem. */
export function acceptBlocks(state: SlackState, blocks: unknown): Blocks {
  if (!Array.isArray(blocks)) throw new SlackError("invalid_blocks_format");
  const problems = validateBlocks(blocks, "message");
  if (problems.length > 0) throw invalidBlocks(problems);
  return withBlockIds(state, blocks.filter(isObject));
}

/** The same blocks, those without a `block_id` given one. */
export function withBlockIds(state: SlackState, blocks: Blocks): Blocks {
  return blocks.map((block) =>
    block.block_id === undefined ? { ...block, block_id: state.nextId("b") } : block,
  );
}

/** What a call wants to post; throws `no_text`, `msg_too_long`, `invalid_blocks`, `invalid_metadata_format`. */
export function compose(state: SlackState, args: Arguments, longest = longestPost): Composed {
  const text = findText(args, "text") ?? "";
  const blocks = args.blocks === undefined || args.blocks === null ? [] : acceptBlocks(state, args.blocks);
  if (text.trim() === "" && blocks.length === 0) throw new SlackError("no_text");
  if (codePoints(text) > longest) throw new SlackError("msg_too_long");
  const metadata = readMetadata(args.metadata);
  return { text, blocks, ...(metadata === undefined ? {} : { metadata }) };
}

/** Message metadata `{event_type, event_payload}`; undefined when there is none or it is `{}`. */
export function readMetadata(metadata: unknown): JsonObject | undefined {
  if (metadata === undefined || metadata === null || metadata === "") return undefined;
  if (isObject(metadata) && Object.keys(metadata).length === 0) return undefined;
  if (!isObject(metadata) || typeof metadata.event_type !== "string" || !isObject(metadata.event_payload)) {
    throw new SlackError("invalid_metadata_format");
  }
  return metadata;
}

/** Puts the bot's message into a channel and returns it. */
export function postAsBot(state: SlackState, channel: SlackChannel, composed: Composed, threadTs?: string) {
  const { bot } = state.world;
  const message: SlackMessage = {
    ts: state.nextTs(),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    user: bot.userId,
    bot_id: bot.botId,
    ...composed,
    edits: 0,
  };
  append(channel, message);
  state.changed();
  return message;
}

/** Shows something to one person alone. */
export function showPrivately(
  state: SlackState,
  to: { readonly channel: string; readonly user: string; readonly thread_ts?: string },
  composed: Composed,
) {
  const ephemeral = { ts: state.nextTs(), ...to, text: composed.text, blocks: composed.blocks };
  state.ephemerals = keepRecent(state.ephemerals, ephemeral);
  state.changed();
  return ephemeral;
}

/** Replaces text and blocks of a message; counts the edit, and marks it "(edited)" only if it has no blocks. */
export function editMessage(state: SlackState, channel: SlackChannel, message: SlackMessage, next: Composed) {
  const { edited: _before, metadata: _old, ...rest } = message;
  const updated: SlackMessage = {
    ...rest,
    ...next,
    edits: message.edits + 1,
    ...(next.blocks.length === 0 ? { edited: { user: message.user, ts: state.nextTs() } } : {}),
  };
  channel.messages = channel.messages.map((entry) => (entry.ts === message.ts ? updated : entry));
  state.changed();
  return updated;
}

/** Takes a message out of its channel. */
export function removeMessage(state: SlackState, channel: SlackChannel, ts: string): void {
  channel.messages = channel.messages.filter((message) => message.ts !== ts);
  state.changed();
}

/** A message as the Web API and interaction payloads show it; metadata only where it was asked for. */
export function toApiMessage(state: SlackState, message: SlackMessage, withMetadata = false): JsonObject {
  const { edits: _edits, metadata, ...seen } = message;
  const { bot, team } = state.world;
  const byBot = message.bot_id === undefined ? {} : { app_id: bot.appId };
  return {
    type: "message",
    team: team.id,
    ...byBot,
    ...seen,
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
  };
}
