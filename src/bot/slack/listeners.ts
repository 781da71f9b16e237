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
  const sayPrivately = (said: Notice, replace_original: boolean): void =>
    deps.voice.respond(channel.id, respond, said, { response_type: "ephemeral", replace_original });
  // What only this person sees is done with once its button was pressed; a card stays.
  if (answer.kind === "private") return sayPrivately(answer.notice, container?.is_ephemeral === true);
  try {
    await deps.voice.open(trigger_id, renderSlackDialog(answer.dialog));
  } catch (error) {
    deps.log.warn({ step: "decide", error: describeError(error) }, "a dialog could not be opened");
    sayPrivately(notOpened, false);
  }
}

type AckView = Parameters<Parameters<App["view"]>[1]>[0]["ack"];

async function acknowledge(ack: AckView, answer: SubmitAnswer): Promise<void> {
  switch (answer.kind) {
    case "accepted":
      // The outcome is on the card; the dialog has done its work.
      return await ack();
    case "errors":
      return await ack({ response_action: "errors", errors: { ...answer.errors } });
    case "refused":
      return await ack({ response_action: "update", view: refusalView(answer.notice) });
    default:
      return answer satisfies never;
  }
}

function refusalView(notice: Notice) {
  const plain = { title: "Not done", danger: false, body: notice.lines, inputs: [], reference: "" };
  return renderSlackDialog(dialogOfNotice(notice) ?? plain);
}

const notOpened = notice("warning", "💬", [
  "Slack did not open the dialog. Nothing was changed. Press it again.",
]);
