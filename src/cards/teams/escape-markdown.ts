import { cleanLine } from "../text/clean-text.ts";

// Backslash escapes are CommonMark's; only what could act is escaped, for clients that show the backslash.
const always = /[\\*`~[\]<>{}|]/g;
const edgeUnderscore = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
const listStart = /^(\s*)([-+#>]|\d+[.)])(?=\s|$)/;
// Clients link bare addresses on their own, after the escapes are gone: only a character between stops them.
const address = /(?<=:)(?=\/\/)|(?<=www)(?=\.)|(?<=\S)(?=@[^\s@]+\.)/gi;
const wordJoiner = "\u2060";
const entity = /&(?=#?\w+;)/g;

/**
 * Text for Adaptive Cards' Markdown in which nothing formats, links, mentions (`<at>`) or is taken for a date function
 * (`{{DATE(…)}}`). One line.
 */
export function escapeMarkdown(text: string): string {
  return cleanLine(text)
    .replace(always, "\\$&")
    .replace(edgeUnderscore, "\\$&")
    .replace(listStart, (_whole, space: string, mark: string) => `${space}${escapeStart(mark)}`)
    .replace(address, wordJoiner)
    .replace(entity, "\\&");
}

function escapeStart(mark: string): string {
  return mark.length === 1 ? `\\${mark}` : `${mark.slice(0, -1)}\\${mark.slice(-1)}`;
}
