import { Misused } from "./misused.ts";
import type { Word } from "./split-words.ts";

// Code points; what the dialogs take, too.
const longestReason = 500;

/** The reason that was introduced, behind the words that are one without that; undefined: none. Throws `Misused`. */
export function reasonOf(introduced: readonly Word[], words: readonly Word[] = []): string | undefined {
  const parts = [words, introduced].map((part) =>
    part
      .map(({ text }) => text)
      .join(" ")
      .trim(),
  );
  const reason = parts.filter((part) => part !== "").join(" because ");
  if ([...reason].length > longestReason)
    throw new Misused(`The reason is too long: at most ${longestReason} characters.`);
  return reason === "" ? undefined : reason;
}
