import type { App } from "@slack/bolt";
import { within } from "../../work/within.ts";
import type { Answer, CommandDeps } from "../commands/command.ts";
import { runCommand } from "../commands/run-command.ts";
import { editsDoNotAct } from "../converse/edits-do-not-act.ts";
import { createOnce, type Once } from "../converse/once.ts";
import type { ListenerDeps } from "./listeners.ts";
import { ChangedMessage, placeOfEvent, SlashCommand, slackPrincipal, TypedMessage } from "./payloads.ts";
import { slackBudgetMs } from "./receiver.ts";
import { privateBody, workingWords } from "./slack-voice.ts";
import { mentionedIn, undoSlack } from "./undo-slack.ts";

// What is left of Slack's 3 s for the answer itself.
const ackBudgetMs = slackBudgetMs - 500;
// An edit that adds the mention is a command if it comes so soon; the store may have forgotten an older message.
const newWithinMs = 24 * 60 * 60_000;
// More people than anybody has a reason to name.
const mostNamed = 10;

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
    const canPost = () => deps.voice.canPost(channel_id, id);
    const run = (said: string) => runCommand({ text: said, who, canPost, ...where }, deps);
    const running = readText(text, deps).then(run);
    const early = await within(running, ackBudgetMs, deps.clock);
    if (early !== undefined) return await ack({ response_type: placeOf(early), ...privateBody(early) });
    await ack({ response_type: "ephemeral", text: workingWords });
    const answer = await running;
    const how = { response_type: placeOf(answer), replace_original: false };
    deps.voice.respond(channel_id, respond, answer, how);
  });

  const once = createOnce(deps);
  app.event("app_mention", async ({ event, body }) => onMessage(event, body, once, deps));
  app.event("message", async ({ event, body }) => {
    if (event.channel_type !== "im") return;
    if (event.subtype === "message_changed") await onEdit(event, once, deps);
    else await onMessage(event, body, once, deps);
  });
}

/** What somebody typed, with the names of those whom it mentions where they are known. */
async function readText(text: string, { store, home }: SlackTypedDeps): Promise<string> {
  const { teamId, botUserId } = home();
  const names = new Map<string, string>();
  for (const userId of mentionedIn(text).slice(0, mostNamed)) {
    const known = await store.findPrincipal({ platform: "slack", tenant: teamId, userId });
    if (known !== undefined) names.set(userId, known.name);
  }
  return undoSlack(text, [botUserId], names);
}

// What somebody wrote: a reply that is also sent to the channel and a message with files are messages, too.
const typedSubtypes: readonly (string | undefined)[] = [undefined, "thread_broadcast", "file_share"];

/** Slack shows an answer to the one who typed, or to the channel. */
function placeOf({ isPublic }: Answer): "ephemeral" | "in_channel" {
  return isPublic === true ? "in_channel" : "ephemeral";
}

async function onMessage(event: unknown, body: unknown, once: Once, deps: SlackTypedDeps): Promise<void> {
  const { user, user_team, team, subtype, bot_id, channel, ts, edited, ...rest } = TypedMessage.parse(event);
  if (user === undefined || !typedSubtypes.includes(subtype) || bot_id !== undefined) return;
  const home = deps.home();
  const who = slackPrincipal({ id: user, team_id: user_team ?? team }, placeOfEvent(body, home), home);
  const isDirect = rest.channel_type === "im";
  const say = (said: Answer) => {
    const onlyFor = isDirect || said.isPublic === true ? undefined : user;
    deps.voice.say({ channel, thread: rest.thread_ts, onlyFor }, said);
  };
  // One message is one command: Slack repeats events, and sends another with a new id when somebody edits the message.
  const requestId = `slack:${channel}:${ts}`;
  const isOld = edited !== undefined && deps.clock.now() - Number(ts) * 1_000 > newWithinMs;
  const isNew =
    !isOld &&
    (await once(requestId, async () => {
      const text = await readText(rest.text, deps);
      const { prefix } = deps;
      say(await runCommand({ text, who, channel: `slack:${channel}`, requestId, prefix }, deps));
    }));
  if (!isNew && edited !== undefined) await once(`${requestId}:${edited.ts}`, async () => say(editsDoNotAct));
}

/** Somebody edited what they had written to us directly. */
async function onEdit(event: unknown, once: Once, deps: SlackTypedDeps): Promise<void> {
  const changed = ChangedMessage.safeParse(event);
  if (!changed.success) return;
  const { channel, message, previous_message } = changed.data;
  const isTyped = message.user !== undefined && message.bot_id === undefined;
  if (!isTyped || message.text === previous_message.text) return;
  await once(`slack:${channel}:${message.ts}:${message.edited.ts}`, async () =>
    deps.voice.say({ channel, thread: message.thread_ts }, editsDoNotAct),
  );
}
