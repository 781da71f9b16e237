import type { JsonObject } from "../shared/json-object.ts";
import type { Forgery } from "./actor.ts";
import { addNotice, getSeenChannel, getUser, noteFailure, teamOf } from "./actor.ts";
import type { InteractionDeps } from "./click.ts";
import { respond } from "./response-urls.ts";
import type { Delivery } from "./send-to-bot.ts";
import { formType } from "./send-to-bot.ts";
import { SlackError } from "./slack-error.ts";
import type { SlackState } from "./state.ts";

/** A slash command, typed whole: `/acr help`. `requestId` becomes the trigger_id, so that a repeat can be sent. */
export type Command = Forgery & {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly requestId?: string;
};

/** What Slack got back. `followUps` grows with each post to the response_url. */
export type Commanded = Delivery & {
  readonly triggerId: string;
  readonly responseUrl: string;
  readonly followUps: readonly JsonObject[];
};

/** Sends a slash command; the answer's body is shown to the person, or to the channel if it says so. */
export function createCommand({ state, triggers, responseUrls, bot, address }: InteractionDeps) {
  return async (command: Command): Promise<Commanded> => {
    const user = getUser(state, command.user);
    const channel = getSeenChannel(state, command.channel, user);
    const [name = "", ...words] = command.text.trim().split(" ");
    const triggerId = triggers.issue({ user: user.id }, command.requestId);
    const context = { channel: channel.id, user: user.id };
    const followUps: JsonObject[] = [];
    const responseUrl =
      address() +
      responseUrls.issue(context, (body) => {
        followUps.push(body);
        state.changed();
      });
    const body = new URLSearchParams({
      token: "verification-token-unused",
      // Somebody of another workspace brings their own team's id, in a channel shared by Slack Connect.
      team_id: command.teamId ?? teamOf(state, user),
      ...(state.world.enterprise === undefined ? {} : { enterprise_id: state.world.enterprise.id }),
      team_domain: state.world.team.domain,
      channel_id: channel.id,
      channel_name: channel.kind === "im" ? "directmessage" : channel.name,
      user_id: user.id,
      user_name: user.name,
      command: name,
      text: words.join(" "),
      api_app_id: state.world.bot.appId,
      is_enterprise_install: "false",
      response_url: responseUrl,
      trigger_id: triggerId,
    }).toString();
    const delivery = await bot.send(bot.sign(body, formType, command.spoiled));
    noteFailure(state, context, `command ${name}`, delivery);
    if (delivery.error === undefined) showAnswer(state, context, delivery);
    return { ...delivery, triggerId, responseUrl, followUps };
  };
}

function showAnswer(state: SlackState, context: { channel: string; user: string }, delivery: Delivery): void {
  const text = delivery.body.trim();
  if (text === "") return;
  // Slack takes plain text too: it is shown to the person who typed.
  const answer = delivery.json ?? { text };
  if (delivery.json !== undefined && Object.keys(answer).length === 0) return;
  const { replace_original: _replace, delete_original: _delete, ...shown } = answer;
  try {
    respond(state, context, shown);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    addNotice(state, context, "dispatch_failed", `${error.code}: ${JSON.stringify(error.fields)}`);
  }
}
