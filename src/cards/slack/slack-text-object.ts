import type { Text } from "../../nouns/text.ts";
import { cleanWords } from "../text/clean-text.ts";
import { codePoints, cutEnd } from "../text/cut-text.ts";
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

/** Puts rendered lines together into as few texts of at most `max` code points as they fit in, in order. */
export function packLines(lines: readonly string[], max: number, between = "\n"): readonly string[] {
  const packed: string[] = [];
  let size = 0;
  for (const line of lines) {
    const more = codePoints(line) + codePoints(between);
    const last = packed.length - 1;
    if (last >= 0 && size + more <= max) {
      packed[last] = `${packed[last]}${between}${line}`;
      size += more;
    } else {
      packed.push(line);
      size = codePoints(line);
    }
  }
  return packed;
}
