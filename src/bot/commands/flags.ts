/** Words of a command, and the flags (`--plan`) that stood among them. */
interface Flagged {
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
}

/** Takes the flags out of the words, wherever they stand; those that the command does not have are words. */
export function takeFlags(words: readonly string[], known: readonly string[]): Flagged {
  const isFlag = (word: string): boolean => known.some((flag) => word.toLowerCase() === `--${flag}`);
  return {
    words: words.filter((word) => !isFlag(word)),
    flags: new Set(words.filter(isFlag).map((word) => word.slice(2).toLowerCase())),
  };
}

/** What `--break-glass` makes of a wish; undefined without it. */
export function breakGlassIn(flags: ReadonlySet<string>): true | undefined {
  return flags.has("break-glass") || undefined;
}

// Code points; what the dialogs take, too.
const longestReason = 500;

/** The reason that the rest of a command's words give; a leading "because" is none of it. Undefined: none. */
export function reasonIn(words: readonly string[]): string | undefined {
  const said = (words[0]?.toLowerCase() === "because" ? words.slice(1) : words).join(" ").trim();
  return said === "" ? undefined : [...said].slice(0, longestReason).join("");
}
