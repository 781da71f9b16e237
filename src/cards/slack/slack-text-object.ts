import type { Text } from "../../nouns/text.ts";
import { cleanWords } from "../text/clean-text.ts";
import { cutEnd } from "../text/cut-text.ts";
import { mrkdwn } from "./mrkdwn.ts";
import type { SlackMrkdwn, SlackPlainText } from "./slack-block.ts";

// Slack refuses a text object with nothing in it.
const nothing = "–";

/** A `plain_text` object of 1 to `max` code points; `:name:` stays letters in it (`emoji: false`). */
export function plainObject(text: string, max: number): SlackPlainText {
  const clean = cutEnd(cleanWords(text).trim(), max);
  return { type: "plain_text", text: clean === "" ? nothing : clean, emoji: false };
}

/** A `mrkdwn` object of 1 to `max` code points. */
export function mrkdwnObject(text: Text, max: number): SlackMrkdwn {
  return rawMrkdwn(mrkdwn(text, max));
}

/** A `mrkdwn` object of text that is rendered and measured already. */
export function rawMrkdwn(rendered: string): SlackMrkdwn {
  const trimmed = rendered.trim();
  return { type: "mrkdwn", text: trimmed === "" ? nothing : trimmed, verbatim: true };
}
