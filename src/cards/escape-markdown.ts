import { cleanLine } from "./clean-text.ts";

// Backslash escapes are CommonMark's; only what could act is escaped, for clients that show the backslash.
const always = /[\\*`~[\]<>{}|]/g;
const edgeUnderscore = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
const listStart = /^(\s*)([-+#>]|\d+[.)])(?=\s|$)/;
// `www.` and `@` in a name at an address would be linked by the client on its own.
const address = /(?<=:)\/\/|(?<=\bwww)\.|(?<=\S)@(?=\S)/gi;
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
    .replace(address, (found) => found.replace(/./g, "\\$&"))
    .replace(entity, "\\&");
}

function escapeStart(mark: string): string {
  return mark.length === 1 ? `\\${mark}` : `${mark.slice(0, -1)}\\${mark.slice(-1)}`;
}
