import type { App } from "@slack/bolt";
import type { ChannelId } from "../../nouns/channel.ts";
import type { Principal } from "../../nouns/principal.ts";
import { within } from "../../work/within.ts";
import type { Answer, CommandDeps } from "../commands/command.ts";
import { runCommand } from "../commands/run-command.ts";
import type { ListenerDeps } from "./listeners.ts";
import { SlashCommand, slackPrincipal, TypedMessage } from "./payloads.ts";
import { slackBudgetMs } from "./receiver.ts";
import { privateBody } from "./slack-voice.ts";

// A command that asks another system goes on after its acknowledgement; Slack takes answers for 30 minutes.
const commandLimitMs = 60_000;
// What is left of Slack's 3 s for the answer itself.
const ackBudgetMs = slackBudgetMs - 500;

export interface SlackTypedDeps extends ListenerDeps {
  readonly commands: CommandDeps;
  /** `/acr` */
  readonly prefix: string;
}

/** What people type: the slash command, a mention (threads have no slash commands), a direct message. */
export function addTypedListeners(app: App, deps: SlackTypedDeps): void {
  app.command(deps.prefix, async ({ ack, body, respond }) => {
    const payload = SlashCommand.parse(body);
    const home = deps.home();
    if (home === undefined) return;
    const who = slackPrincipal(
      { id: payload.user_id, name: payload.user_name },
      payload.team_id,
      home.teamId,
    );
    const running = answerTo(
      payload.text,
      who,
      `slack:${payload.channel_id}`,
      `slack:${payload.trigger_id}`,
      deps,
    );
    const early = await within(running, ackBudgetMs, deps.clock);
    if (early !== undefined) return await ack({ response_type: placeOf(early), ...privateBody(early) });
    await ack({ response_type: "ephemeral", text: "⏳ Working on it…" });
    const answer = await running;
    const how = { response_type: placeOf(answer), replace_original: false };
    deps.voice.respond(payload.channel_id, respond, answer, how);
  });

  app.event("app_mention", async ({ event, body }) => onMessage(event, body, deps));
  app.event("message", async ({ event, body }) => {
    if (event.channel_type === "im") await onMessage(event, body, deps);
  });
}

/** Slack shows an answer to the one who typed, or to the channel. */
function placeOf({ isPublic }: Answer): "ephemeral" | "in_channel" {
  return isPublic === true ? "in_channel" : "ephemeral";
}

async function onMessage(
  event: unknown,
  body: { readonly team_id: string; readonly event_id: string },
  deps: SlackTypedDeps,
): Promise<void> {
  const message = TypedMessage.parse(event);
  const home = deps.home();
  if (
    home === undefined ||
    message.user === undefined ||
    message.subtype !== undefined ||
    message.bot_id !== undefined
  )
    return;
  const who = slackPrincipal(
    { id: message.user, team_id: message.user_team ?? message.team },
    body.team_id,
    home.teamId,
  );
  // Events are repeated by Slack until they are answered: their own id makes a repetition the same request.
  const answer = await answerTo(
    message.text,
    who,
    `slack:${message.channel}`,
    `slack:${body.event_id}`,
    deps,
  );
  const isPublic = message.channel_type === "im" || answer.isPublic === true;
  const { channel, thread_ts: thread } = message;
  deps.voice.say({ channel, thread, onlyFor: isPublic ? undefined : message.user }, answer);
}

async function answerTo(
  typed: string,
  who: Principal,
  channel: ChannelId,
  requestId: string,
  deps: SlackTypedDeps,
): Promise<Answer> {
  const known = await deps.people.learn(who, false).catch(() => deps.people.recall(who));
  return await runCommand(
    typed,
    { known, channel, requestId, prefix: deps.prefix, signal: AbortSignal.timeout(commandLimitMs) },
    deps.commands,
  );
}
