import { cleanWords } from "../../cards/text/clean-text.ts";
import { cutEnd } from "../../cards/text/cut-text.ts";
import type { Notice } from "../../nouns/card.ts";
import { plainOf } from "../../nouns/text.ts";

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
