import type { Text } from "../../nouns/text.ts";
import { cleanLine } from "./clean-text.ts";
import { utcText } from "./time-text.ts";

/** A Text in plain words on one line, for notifications and logs; times in UTC, to the minute. */
export function plainLine(spans: Text): string {
  const words = spans.map((span) => {
    if (span.kind === "time") return utcText(span.at);
    if (span.kind === "person") return span.who.name;
    return span.kind === "role" ? span.name : span.text;
  });
  return cleanLine(words.join("")).trim();
}
