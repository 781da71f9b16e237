import type { App, RespondFn } from "@slack/bolt";
import { askCallbackId, renderSlackDialog } from "../../cards/slack/block-kit-dialog.ts";
import { describeError } from "../../errors.ts";
import { type Notice, notice } from "../../nouns/card.ts";
import { click } from "../converse/clicks.ts";
import type { ClickDeps, SubmitAnswer } from "../converse/conversation.ts";
import { dialogOfNotice } from "../converse/refusal-notice.ts";
import { submit } from "../converse/submissions.ts";
import type { SlackHome } from "./home.ts";
import { BlockActions, slackPrincipal, ViewSubmission, valuesOf } from "./payloads.ts";
import type { SlackVoice } from "./slack-voice.ts";

export interface ListenerDeps extends ClickDeps {
  readonly home: () => SlackHome;
  readonly voice: SlackVoice;
}

/** Buttons and dialogs: what was decided is on disk before Slack is acknowledged. */
export function addClickListeners(app: App, deps: ListenerDeps): void {
  // Link buttons send a click too; Slack shows a warning unless it is acknowledged.
  app.action(/^acr:link/, async ({ ack }) => ack());
  app.action(/^acr:(?!link)/, async ({ ack, body, respond }) => {
    await onClick(BlockActions.parse(body), ack, respond, deps);
  });
  app.view(askCallbackId, async ({ ack, body }) => {
    const { user, team, enterprise, trigger_id, view } = ViewSubmission.parse(body);
    const place = { team: view.app_installed_team_id ?? team?.id, enterprise: enterprise?.id };
    const who = slackPrincipal(user, place, deps.home());
    const asked = { who, requestId: `slack:${trigger_id}`, reference: view.private_metadata };
    await acknowledge(ack, await submit({ ...asked, values: valuesOf(view) }, deps));
  });
}

async function onClick(
  { user, team, enterprise, trigger_id, channel, container, actions }: BlockActions,
  ack: () => Promise<void>,
  respond: RespondFn,
  deps: ListenerDeps,
): Promise<void> {
  const externalId = container?.message_ts;
  if (channel === undefined || externalId === undefined) return await ack();
  const who = slackPrincipal(user, { team: team?.id, enterprise: enterprise?.id }, deps.home());
  const pressed = { who, requestId: `slack:${trigger_id}`, reference: actions[0]?.value ?? "" };
  const answer = await click({ ...pressed, channel: `slack:${channel.id}`, externalId }, deps);
  await ack();
  const { is_ephemeral, thread_ts } = container ?? {};
  // What only this person sees is done with once its button was pressed; nothing but this address replaces it.
  if (answer.kind === "private" && is_ephemeral === true)
    return deps.voice.respond(channel.id, respond, answer.notice, {
      response_type: "ephemeral",
      replace_original: true,
    });
  // That address would answer outside the thread (bolt-js #963, #2170); and in a thread that nobody has written into, an
  // ephemeral message is not shown.
  const thread = thread_ts === externalId ? undefined : thread_ts;
  const say = (said: Notice): void =>
    deps.voice.say(
      { channel: channel.id, onlyFor: isDirect(channel.id) ? undefined : user.id, thread },
      said,
    );
  if (answer.kind === "private" && answer.isRefusal !== true) return say(answer.notice);
  if (answer.kind === "private" && answer.notice.isSaidEnough === true) return;
  try {
    const view =
      answer.kind === "dialog" ? renderSlackDialog(answer.dialog) : viewOfWords(answer.notice, notDone);
    await deps.voice.open(trigger_id, view);
  } catch (error) {
    deps.log.warn({ step: "decide", error: describeError(error) }, "a dialog could not be opened");
    say(answer.kind === "dialog" ? notOpened : answer.notice);
  }
}

/** Ids of direct conversations begin with D; there everything is private. */
const isDirect = (channelId: string): boolean => channelId.startsWith("D");

type AckView = Parameters<Parameters<App["view"]>[1]>[0]["ack"];

async function acknowledge(ack: AckView, answer: SubmitAnswer): Promise<void> {
  switch (answer.kind) {
    case "accepted":
      // Where the outcome is on the card, the dialog has done its work and closes.
      if (answer.as === "asked") return await ack();
      return await ack({ response_action: "update", view: viewOfWords(answer.notice, "Recorded") });
    case "errors":
      return await ack({ response_action: "errors", errors: { ...answer.errors } });
    case "refused":
      return await ack({ response_action: "update", view: viewOfWords(answer.notice, notDone) });
    default:
      return answer satisfies never;
  }
}

const notDone = "Not done";

function viewOfWords(notice: Notice, title: string) {
  const plain = { title, danger: false, body: notice.lines, inputs: [], reference: "" };
  return renderSlackDialog(dialogOfNotice(notice) ?? plain);
}

const notOpened = notice("warning", "💬", [
  "Slack did not open the dialog. Nothing was changed. Press it again.",
]);
