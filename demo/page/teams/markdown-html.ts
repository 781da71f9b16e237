import type { Block, Inline } from "./parse-markdown.ts";
import { parseMarkdown } from "./parse-markdown.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => entities[one] ?? "");

/** Markdown as HTML of p, ul, ol, li, b, i, span and https links, for adaptivecards, which takes a string. All else in
 * it is escaped text. */
export function markdownHtml(source: string, mentions: ReadonlySet<string> = new Set()): string {
  return parseMarkdown(source, mentions).map(blockHtml).join("");
}

function blockHtml(block: Block): string {
  if (block.kind === "paragraph") return `<p>${inlineHtml(block.children)}</p>`;
  const items = block.items.map((item) => `<li>${inlineHtml(item)}</li>`).join("");
  return block.ordered ? `<ol>${items}</ol>` : `<ul>${items}</ul>`;
}

function inlineHtml(nodes: readonly Inline[]): string {
  return nodes.map(nodeHtml).join("");
}

function nodeHtml(node: Inline): string {
  switch (node.kind) {
    case "text":
      return escapeHtml(node.text);
    case "mention":
      return `<span class="teams-mention">${escapeHtml(node.name)}</span>`;
    case "bold":
      return `<b>${inlineHtml(node.children)}</b>`;
    case "italic":
      return `<i>${inlineHtml(node.children)}</i>`;
    case "link":
      return `<a href="${escapeHtml(node.url)}" target="_blank" rel="noopener noreferrer">${inlineHtml(node.children)}</a>`;
    default:
      return node satisfies never;
  }
}
