/** One word as somebody meant it; what stood in quotes is one word, and verbatim. */
export interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

// Chats mark bold, italic, struck and code text with these, where a word begins and where one ends.
const marked = /(^|[\s(])([*_~`]{1,3})(?=[^\s*_~`])([^\n]*?[^\s*_~`])\2(?=$|[\s).,;:!?])/g;

/** Words of politeness, which mean nothing before a command or after it. */
const isPolite = ({ text, isQuoted }: Word): boolean =>
  !isQuoted &&
  /^(?:please|pls|thanks|thx|hey|hi|hello|[,.!?;:]+)$/i.test(text.replace(/[,.!?;:]+$/, "") || text);

/**
 * Undoes what clients do to text (smart quotes, quoted lines, bold, odd spaces, entities) and splits it into words, without
 * those of politeness around them. What a platform itself does to it is undone before.
 */
export function splitWords(typed: string): readonly Word[] {
  const words = undoClient(typed)
    .split(/(?<=^|\s)"([^"]*)"(?=$|[\s,.;:!?])/)
    .flatMap((part, index) =>
      index % 2 === 1 ? [{ text: onOneLine(part), isQuoted: true }] : split(part.replace(marked, "$1$3")),
    );
  const first = words.findIndex((word) => !isPolite(word));
  const last = words.findLastIndex((word) => !isPolite(word));
  return first < 0 ? [] : words.slice(first, last + 1);
}

function split(text: string): readonly Word[] {
  return onOneLine(text)
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => ({ text: word, isQuoted: false }));
}

const onOneLine = (text: string): string => text.replace(/[\p{Z}\p{Cc}]+/gu, " ").trim();

/** Both platforms write `&lt;` for `<`. */
function undoClient(typed: string): string {
  const plain = typed
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/[\u2018\u2019\u201A\u201B]/g, "'")
    .replace(/[\u201C\u201D\u201E\u201F\u00AB\u00BB]/g, '"')
    // What is not seen, such as a zero-width space; those between words are spaces.
    .replace(/\p{Cf}/gu, "");
  // What is quoted ahead of the command is what it answers; further down it may be part of it.
  const lines = plain.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "" && !/^\s*>/.test(line));
  const own = lines.slice(Math.max(first, 0)).map((line) => line.replace(/^\s*>+/, " "));
  return own.join("\n").replace(/```/g, " ");
}
