import type { JsonObject } from "../shared/json-object.ts";
import { isObject, listIn } from "../shared/json-object.ts";
import { cardComplaints, cardProblems, mentionProblems, wordsIn } from "./check-card.ts";
import { ConnectorError } from "./connector-error.ts";
import { findPerson } from "./find-place.ts";
import type { TeamsMessage, TeamsState } from "./state.ts";
import { complain } from "./state.ts";

/** The content type of an Adaptive Card. */
export const cardType = "application/vnd.microsoft.card.adaptive";

// learn.microsoft.com, "Limits and specifications": a bot's message, counted in UTF-16.
const largestMessageBytes = 100 * 1024;

/** What a message says, without who and when. */
export type MessageContent = Pick<TeamsMessage, "text" | "card"> & { readonly summary?: string };

/**
 * What an activity of the bot says. Throws 413 `MessageSizeTooBig`, and 400 `BadSyntax` for a card that is not
 * one, a mention that does not stand in the text, and an empty message.
 */
export function readMessage(state: TeamsState, activity: JsonObject): MessageContent {
  if (JSON.stringify(activity).length * 2 > largestMessageBytes) {
    throw new ConnectorError(413, "MessageSizeTooBig", "Message size too large.");
  }
  if (activity.type !== undefined && activity.type !== "message") {
    throw badSyntax(`Activities of type ${String(activity.type)} cannot be sent.`);
  }
  const text = textIn(activity, "text") ?? "";
  const summary = textIn(activity, "summary");
  const cards = listIn(activity, "attachments").map(readAttachment);
  const [card = null] = cards;
  if (text === "" && card === null) throw badSyntax("The message has neither text nor a card.");
  if (cards.length > 1) complain(state, "A message has several cards; only the first is shown here.");
  const known = (id: string) => id === state.facts.botId || findPerson(state, id) !== undefined;
  const problems = mentionProblems(text, listIn(activity, "entities"), known);
  if (problems[0] !== undefined) throw badSyntax(problems[0]);
  if (card !== null) checkCard(state, card, known);
  if (card !== null && (summary ?? "").trim() === "") {
    complain(state, "A message with a card has no summary: its toast says only that there is a card.");
  }
  return { text, card, ...(summary === undefined ? {} : { summary }) };
}

function checkCard(state: TeamsState, card: JsonObject, known: (id: string) => boolean): void {
  const words = wordsIn(card);
  const entities = isObject(card.msteams) ? listIn(card.msteams, "entities") : [];
  const [problem] = [...cardProblems(card), ...mentionProblems(words, entities, known)];
  if (problem !== undefined) throw badSyntax(problem);
  const named = new Set(entities.map((entity) => (isObject(entity) ? entity.text : undefined)));
  for (const [tag] of words.matchAll(/<at>[^<]*<\/at>/g)) {
    if (!named.has(tag)) complain(state, `${tag} in a card has no entity and is shown as plain text.`);
  }
  for (const what of cardComplaints(card)) complain(state, what);
}

function readAttachment(attachment: unknown): JsonObject {
  if (!isObject(attachment) || attachment.contentType !== cardType) {
    throw badSyntax("Only Adaptive Cards can be attached here.");
  }
  if (!isObject(attachment.content)) throw badSyntax("The card is not an object.");
  return attachment.content;
}

function textIn(activity: JsonObject, field: string): string | undefined {
  const value = activity[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw badSyntax(`${field} is not a text.`);
  return value;
}

/** A request that cannot be read. */
export function badSyntax(message: string): ConnectorError {
  return new ConnectorError(400, "BadSyntax", message);
}
