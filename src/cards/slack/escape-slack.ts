import { cleanLine } from "../text/clean-text.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

// A mark formats only at the edge of a word: `snake_case` stays as it is. What Slack takes for a letter outside ASCII
// is not documented, so only ASCII counts as one.
const formats = /(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])/;
const emojiName = /:[\w+'-]+:/;
const address = /:\/\/|www\.|[^\s@]@[^\s@]+\.[^\s@]/i;

/** `&`, `<` and `>` as entities: then no mention, link or command can be formed (docs.slack.dev, "Escaping text"). */
export function escapeEntities(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character] ?? "");
}

/** A value letter by letter in a code span; backticks, which would end it, become apostrophes. Empty: nothing. */
export function slackCode(text: string): string {
  const clean = cleanLine(text).replaceAll("`", "'").trim();
  return clean === "" ? "" : `\`${escapeEntities(clean)}\``;
}

/**
 * Running text in which nothing formats. Slack has no escape for `*`, `_`, `~`, `:name:` or a quoting `>`, so a word
 * that holds one, or that looks like an address, is shown as code.
 */
export function slackText(text: string): string {
  return cleanLine(text)
    .replaceAll("`", "'")
    .split(" ")
    .map((word) => (isLoud(word) ? `\`${escapeEntities(word)}\`` : escapeEntities(word)))
    .join(" ");
}

/** Bold text, or plain if a character in it would format. */
export function slackBold(text: string): string {
  const clean = cleanLine(text).trim();
  if (clean === "") return "";
  return clean.includes("`") || clean.split(" ").some(isLoud) || clean.includes("*")
    ? slackText(clean)
    : `*${escapeEntities(clean)}*`;
}

/** The text of a link: characters that could format in it are left out. */
export function slackLabel(text: string): string {
  return escapeEntities(
    cleanLine(text)
      .replace(/[*_~`|]/g, " ")
      .replace(/ {2,}/g, " ")
      .trim(),
  );
}

function isLoud(word: string): boolean {
  return word.startsWith(">") || formats.test(word) || emojiName.test(word) || address.test(word);
}
