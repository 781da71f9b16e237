// The part of Markdown that Teams reads in messages and cards (learn.microsoft.com, "Format cards in Microsoft Teams"):
// bold, italic, lists, links. Everything else stays text, HTML above all.

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "mention"; readonly name: string }
  | { readonly kind: "bold" | "italic"; readonly children: readonly Inline[] }
  | { readonly kind: "link"; readonly url: string; readonly children: readonly Inline[] };

export type Block =
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

// Nothing that people write nests deeper; more of it is text.
const deepest = 6;
const escapable = /[!-/:-@[-`{-~]/;
const wordCharacter = /[\p{L}\p{N}]/u;
const listLine = /^ {0,3}(?:(?<bullet>[-*+])|\d{1,9}[.)])[ \t]+(?<item>\S.*)$/;
// Only https, as a card's links are; no blanks, brackets or quotes in the address.
const link = /\[(?<label>(?:\\.|[^\\[\]])+)\]\((?<url>https:\/\/[^\s()<>"']+)\)/y;
const mention = /<at>(?<name>[^<>]+)<\/at>/y;

/** Reads Markdown into blocks; `<at>` tags are mentions of these names only. Never fails. */
export function parseMarkdown(source: string, mentions: ReadonlySet<string> = new Set()): readonly Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  const endParagraph = (): void => {
    if (lines.length > 0)
      blocks.push({ kind: "paragraph", children: parseInline(lines.join("\n"), mentions) });
    lines = [];
  };
  for (const line of source.split(/\r?\n/)) {
    const { bullet, item } = listLine.exec(line)?.groups ?? {};
    if (item !== undefined) {
      endParagraph();
      addItem(blocks, bullet === undefined, parseInline(item, mentions));
    } else if (line.trim() === "") endParagraph();
    else lines.push(line);
  }
  endParagraph();
  return blocks;
}

function addItem(blocks: Block[], ordered: boolean, item: readonly Inline[]): void {
  const last = blocks.at(-1);
  if (last?.kind === "list" && last.ordered === ordered) {
    blocks[blocks.length - 1] = { ...last, items: [...last.items, item] };
  } else blocks.push({ kind: "list", ordered, items: [item] });
}

/** Reads one line of Markdown. */
export function parseInline(source: string, mentions: ReadonlySet<string>, depth = 0): readonly Inline[] {
  const nodes: Inline[] = [];
  let text = "";
  const add = (node: Inline): void => {
    if (text !== "") nodes.push({ kind: "text", text });
    text = "";
    nodes.push(node);
  };
  // A mark without an end has none further on either: looking again and again would take time squared.
  const endless = new Set<string>();
  let at = 0;
  while (at < source.length) {
    const found = depth < deepest ? nodeAt({ source, at, mentions, depth, endless }) : undefined;
    if (found) {
      add(found.node);
      at = found.end;
    } else {
      const escaped = source[at] === "\\" && escapable.test(source[at + 1] ?? "");
      text += escaped ? source[at + 1] : source[at];
      at += escaped ? 2 : 1;
    }
  }
  if (text !== "") nodes.push({ kind: "text", text });
  return nodes;
}

type Place = {
  readonly source: string;
  readonly at: number;
  readonly mentions: ReadonlySet<string>;
  readonly depth: number;
  readonly endless: Set<string>;
};

type Found = { readonly node: Inline; readonly end: number };

function nodeAt(place: Place): Found | undefined {
  const { source, at } = place;
  switch (source[at]) {
    case "[":
      return linkAt(place);
    case "<":
      return mentionAt(place);
    case "*":
      return styledAt(place, source[at + 1] === "*" ? "**" : "*");
    case "_":
      return styledAt(place, "_");
    default:
      return undefined;
  }
}

function linkAt({ source, at, depth }: Place): Found | undefined {
  link.lastIndex = at;
  const { label, url } = link.exec(source)?.groups ?? {};
  if (label === undefined || url === undefined || !URL.canParse(url)) return undefined;
  // No mention and no link in a link: its label is text, bold or italic.
  const children = parseInline(label, new Set(), depth + 1);
  return { node: { kind: "link", url, children }, end: at + label.length + url.length + "[]()".length };
}

function mentionAt({ source, at, mentions }: Place): Found | undefined {
  mention.lastIndex = at;
  const name = mention.exec(source)?.groups?.name;
  if (name === undefined || !mentions.has(name)) return undefined;
  return { node: { kind: "mention", name }, end: at + name.length + "<at></at>".length };
}

function styledAt({ source, at, mentions, depth, endless }: Place, mark: string): Found | undefined {
  const from = at + mark.length;
  const opens = /\S/.test(source[from] ?? "") && !(mark === "_" && wordCharacter.test(source[at - 1] ?? ""));
  if (!opens || endless.has(mark)) return undefined;
  const end = endOf(source, mark, from);
  if (end === undefined) {
    endless.add(mark);
    return undefined;
  }
  const children = parseInline(source.slice(from, end), mentions, depth + 1);
  return { node: { kind: mark === "**" ? "bold" : "italic", children }, end: end + mark.length };
}

/** Where the mark closes: after something, not before a letter if it is `_`, and not as half of a `**`. */
function endOf(source: string, mark: string, from: number): number | undefined {
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === "\\") at += 1;
    else if (mark === "*" && source.startsWith("**", at)) at += 1;
    else if (
      at > from &&
      source.startsWith(mark, at) &&
      /\S/.test(source[at - 1] ?? "") &&
      !(mark === "_" && wordCharacter.test(source[at + 1] ?? ""))
    )
      return at;
  }
  return undefined;
}
