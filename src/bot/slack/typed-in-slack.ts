import type { App } from "@slack/bolt";
import { within } from "../../work/within.ts";
import type { Answer, CommandDeps } from "../commands/command.ts";
import { runCommand } from "../commands/run-command.ts";
import { createOnce } from "../converse/once.ts";
import type { ListenerDeps } from "./listeners.ts";
import { placeOfEvent, SlashCommand, slackPrincipal, TypedMessage } from "./payloads.ts";
import { slackBudgetMs } from "./receiver.ts";
import { privateBody } from "./slack-voice.ts";

// What is left of Slack's 3 s for the answer itself.
const ackBudgetMs = slackBudgetMs - 500;

export interface SlackTypedDeps extends ListenerDeps, CommandDeps {
  /** `/acr` */
  readonly prefix: string;
}

/** What people type: the slash command, a mention (threads have no slash commands), a direct message. */
export function addTypedListeners(app: App, deps: SlackTypedDeps): void {
  const { prefix } = deps;
  app.command(prefix, async ({ ack, body, respond }) => {
    const command = SlashCommand.parse(body);
    const { text, user_id: id, user_name: name, channel_id, trigger_id } = command;
    const place = { team: command.team_id, enterprise: command.enterprise_id };
    const who = slackPrincipal({ id, name }, place, deps.home());
    const where = { channel: `slack:${channel_id}`, requestId: `slack:${trigger_id}`, prefix } as const;
    const running = runCommand({ text, who, ...where }, deps);
    const early = await within(running, ackBudgetMs, deps.clock);
    if (early !== undefined) return await ack({ response_type: placeOf(early), ...privateBody(early) });
    await ack({ response_type: "ephemeral", text: "⏳ Working on it…" });
    const answer = await running;
    const how = { response_type: placeOf(answer), replace_original: false };
    deps.voice.respond(channel_id, respond, answer, how);
  });

  const once = createOnce();
  app.event("app_mention", async ({ event, body }) => onMessage(event, body, once, deps));
  app.event("message", async ({ event, body }) => {
    if (event.channel_type === "im") await onMessage(event, body, once, deps);
  });
}

// What somebody wrote: a reply that is also sent to the channel and a message with files are messages, too.
const typedSubtypes: readonly (string | undefined)[] = [undefined, "thread_broadcast", "file_share"];

/** Slack shows an answer to the one who typed, or to the channel. */
function placeOf({ isPublic }: Answer): "ephemeral" | "in_channel" {
  return isPublic === true ? "in_channel" : "ephemeral";
}

async function onMessage(
  event: unknown,
  body: unknown,
  once: ReturnType<typeof createOnce>,
  deps: SlackTypedDeps,
): Promise<void> {
  const { user, user_team, team, subtype, bot_id, text, channel, ts, ...rest } = TypedMessage.parse(event);
  if (user === undefined || !typedSubtypes.includes(subtype) || bot_id !== undefined) return;
  const home = deps.home();
  const who = slackPrincipal({ id: user, team_id: user_team ?? team }, placeOfEvent(body, home), home);
  // One message is one command: Slack repeats events, and sends another with a new id when somebody edits the message.
  const requestId = `slack:${channel}:${ts}`;
  await once(requestId, async () => {
    const typed = { text, who, channel: `slack:${channel}`, requestId, prefix: deps.prefix } as const;
    const answer = await runCommand(typed, deps);
    const isPublic = rest.channel_type === "im" || answer.isPublic === true;
    deps.voice.say({ channel, thread: rest.thread_ts, onlyFor: isPublic ? undefined : user }, answer);
  });
}
