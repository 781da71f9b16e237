import type { Text } from "../nouns/text.ts";
import { cleanLine } from "./clean-text.ts";
import { utcText } from "./time-text.ts";

/** A Text in plain words on one line, for notifications and logs; times in UTC, to the minute. */
export function plainLine(spans: Text): string {
  const words = spans.map((span) => {
    if (span.kind === "time") return utcText(span.at);
    return span.kind === "person" ? span.who.name : span.text;
  });
  return cleanLine(words.join("")).trim();
}
