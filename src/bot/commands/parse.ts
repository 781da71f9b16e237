// Longer than any command; what is longer is cut before anything looks at it.
const mostCharacters = 3_000;

/**
 * Undoes what chat clients do to text (links, smart quotes, odd spaces, entities) and splits it into its first word, in
 * lower case, and the words after it.
 */
export function parseCommand(typed: string): { readonly name: string; readonly words: readonly string[] } {
  const plain = undoClient(typed.slice(0, mostCharacters));
  const words = plain.split(" ").filter((word) => word !== "");
  const [first = "", ...others] = words;
  return { name: first.toLowerCase(), words: others };
}

/** The text that a person meant, on one line. Slack wraps links as `<url|text>` and mentions as `<@U123>`. */
function undoClient(typed: string): string {
  return (
    typed
      .replace(/<@[UW][A-Z0-9]+(?:\|[^>]*)?>/g, " ")
      .replace(/<[^<>|]*\|([^<>]*)>/g, "$1")
      .replace(/<((?:https?|mailto):[^<>]*)>/g, "$1")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&")
      .replace(/[\u2018\u2019\u201A\u201B]/g, "'")
      .replace(/[\u201C\u201D\u201E]/g, '"')
      // Phones and some clients make one dash of the two that begin a flag.
      .replace(/(^|\s)[\u2012-\u2015](?=[a-z])/gi, "$1--")
      .replace(/[`]/g, " ")
      .replace(/[\p{Z}\p{Cc}\p{Cf}]+/gu, " ")
      .trim()
  );
}
