import type { KnownBlock, MrkdwnElement, PlainTextElement } from "@slack/types";
import type { Text } from "../../nouns/text.ts";
import { cleanWords } from "../text/clean-text.ts";
import { codePoints, cutEnd } from "../text/cut-text.ts";
import { slackLimits } from "../text/text-limits.ts";
import { mrkdwn } from "./mrkdwn.ts";

// Slack refuses a text object with nothing in it.
const nothing = "–";

/** A `plain_text` object of 1 to `max` code points; `:name:` stays letters in it (`emoji: false`). */
export function plainObject(text: string, max: number): PlainTextElement {
  const clean = cutEnd(cleanWords(text).trim(), max);
  return { type: "plain_text", text: clean === "" ? nothing : clean, emoji: false };
}

/** A `mrkdwn` object of 1 to `max` code points. */
export function mrkdwnObject(text: Text, max: number): MrkdwnElement {
  return rawMrkdwn(mrkdwn(text, max));
}

/** A `mrkdwn` object of text that is rendered and measured already. */
export function rawMrkdwn(rendered: string): MrkdwnElement {
  const trimmed = rendered.trim();
  return { type: "mrkdwn", text: trimmed === "" ? nothing : trimmed, verbatim: true };
}

/** Rendered lines as sections, as few as they fit in, with ids that begin so. */
export function sectionsOf(lines: readonly string[], id: string): KnownBlock[] {
  return packLines(lines, slackLimits.text).map((packed, index) => ({
    type: "section",
    block_id: `${id}:${index}`,
    text: rawMrkdwn(packed),
  }));
}

/** Puts rendered lines together into as few texts of at most `max` code points as they fit in, in order. */
export function packLines(lines: readonly string[], max: number): readonly string[] {
  const packed: string[] = [];
  let size = 0;
  for (const line of lines) {
    const more = codePoints(line) + 1;
    const last = packed.length - 1;
    if (last >= 0 && size + more <= max) {
      packed[last] = `${packed[last]}\n${line}`;
      size += more;
    } else {
      packed.push(line);
      size = codePoints(line);
    }
  }
  return packed;
}
