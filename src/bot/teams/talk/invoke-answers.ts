import { renderTeamsDialog, type TeamsDialog, type Wrong } from "../../../cards/teams/adaptive-dialog.ts";
import { cleanWords } from "../../../cards/text/clean-text.ts";
import { cutEnd } from "../../../cards/text/cut-text.ts";
import type { Notice } from "../../../nouns/card.ts";
import type { Dialog } from "../../../nouns/dialog.ts";
import { plainOf } from "../../../nouns/text.ts";
import { dialogOfNotice } from "../../converse/refusal-notice.ts";
import { adaptiveCardType } from "../connector/outgoing-activity.ts";
import type { ActivityAnswer } from "../gate/teams-route.ts";

/** Nothing to say: a message was taken, or a dialog closes. */
export const empty: ActivityAnswer = { status: 200 };

/** Answer to `adaptiveCard/action`: a card in the place of the message's own, for the one who clicked. */
export function cardAnswer(card: object): ActivityAnswer {
  return { status: 200, body: { statusCode: 200, type: adaptiveCardType, value: card } };
}

/** Answer to `adaptiveCard/action`: words for the one who clicked. */
export function messageAnswer(notice: Notice): ActivityAnswer {
  const type = "application/vnd.microsoft.activity.message";
  return { status: 200, body: { statusCode: 200, type, value: plainMessage(notice) } };
}

/** Answer to `adaptiveCard/action`: it could not be done. HTTP's own status stays 200 (learn.microsoft.com). */
export function errorAnswer(statusCode: 400 | 500, message: string): ActivityAnswer {
  const code = statusCode === 400 ? "BadRequest" : "InternalServerError";
  const value = { code, message: cleanWords(message) };
  return { status: 200, body: { statusCode, type: "application/vnd.microsoft.error", value } };
}

/** Answer to `task/fetch` and `task/submit`: a dialog, opened or shown again with what is wrong on top. */
export function dialogAnswer(dialog: Dialog, wrong?: Wrong): ActivityAnswer {
  return taskAnswer(renderTeamsDialog(dialog, wrong));
}

/** Answer to `task/fetch` and `task/submit`: words in the place of a dialog. */
export function taskMessage(notice: Notice): ActivityAnswer {
  return { status: 200, body: { task: { type: "message", value: plainMessage(notice) } } };
}

/** Answer to `task/fetch` and `task/submit`: words, in a dialog where they have a button, which a message cannot. */
export function privateAnswer(notice: Notice): ActivityAnswer {
  const dialog = dialogOfNotice(notice);
  return dialog === undefined ? taskMessage(notice) : dialogAnswer(dialog);
}

function taskAnswer({ title, card }: TeamsDialog): ActivityAnswer {
  const attachment = { contentType: adaptiveCardType, content: card };
  const value = { title, width: "medium", height: "medium", card: attachment };
  return { status: 200, body: { task: { type: "continue", value } } };
}

// Some clients show these messages as Markdown, others as they are, so nothing may format and no escape may show.
const formatting = /[\\*`~|[\]{}#]/g;
const address = /(?<=:)(?=\/\/)|(?<=www)(?=\.)/gi;
const wordJoiner = "\u2060";
// No documented limit; longer ones hide the client's own window.
const mostCharacters = 1_000;

/** A notice as the message of an invoke's answer, which is text alone: no line breaks, links or mentions. Never empty. */
export function plainMessage(notice: Notice): string {
  const lines = notice.lines.map((line) => cleanWords(plainOf(line)).trim()).filter((line) => line !== "");
  const said = lines.join(" ").replace(formatting, " ").replace(/ {2,}/g, " ").replace(address, wordJoiner);
  return `${notice.icon} ${cutEnd(said, mostCharacters)}`.trim();
}
