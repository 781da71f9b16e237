// Slack's own markup, https://docs.slack.dev/messaging/formatting-message-text. The library that draws the other
// blocks reads it as Markdown: it decodes &lt; before it parses (so an escaped <!channel> becomes a mention), loses
// the colons of 10:30:22, and drops lines such as "# x". Here the text must be what Slack would show.

export type Node =
  | { readonly kind: "text" | "code" | "block"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike" | "quote"; readonly children: readonly Node[] }
  | { readonly kind: "link"; readonly url: string; readonly label: string }
  | { readonly kind: "user" | "channel" | "group" | "everyone"; readonly id: string; readonly label?: string }
  | { readonly kind: "date"; readonly unix: number; readonly format: string; readonly fallback: string };

const styles = { "*": "bold", _: "italic", "~": "strike" } as const;

/** Undoes Slack's three escapes, each once. */
export function withoutEscapes(text: string): string {
  return text.replace(/&(lt|gt|amp);/g, (_whole, name: string) =>
    name === "lt" ? "<" : name === "gt" ? ">" : "&",
  );
}

/** Reads mrkdwn into nodes; anything that is no markup stays text. Never fails. */
export function parseMrkdwn(source: string): readonly Node[] {
  const nodes: Node[] = [];
  const parts = source.split(/```([\s\S]+?)```/);
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) nodes.push({ kind: "block", text: withoutEscapes(part.replace(/^\n|\n$/g, "")) });
    else nodes.push(...parseLines(part));
  }
  return nodes;
}

/** Splits off runs of quoted lines: "> " or its escaped form at the start of a line. */
function parseLines(source: string): readonly Node[] {
  const nodes: Node[] = [];
  for (const run of source.matchAll(/(?:^(?:>|&gt;) ?.*(?:\n|$))+|(?:^(?!>|&gt;).*(?:\n|$))+/gm)) {
    const text = run[0];
    if (text === "") break;
    if (!/^(>|&gt;)/.test(text)) nodes.push(...parseInline(text));
    else
      nodes.push({
        kind: "quote",
        children: parseInline(text.replace(/^(>|&gt;) ?/gm, "").replace(/\n$/, "")),
      });
  }
  return nodes;
}

const pieces =
  /`(?<code>[^`\n]+)`|<(?<angle>[^<>\n]+)>|(?<![\w*_~])(?<mark>[*_~])(?<styled>(?=\S)[^\n]*?\S)\k<mark>(?![\w*_~])|(?<bare>https?:\/\/[^\s<>|`]+)/g;

function parseInline(source: string): readonly Node[] {
  const nodes: Node[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) nodes.push({ kind: "text", text: withoutEscapes(source.slice(from, to)) });
  };
  for (const match of source.matchAll(pieces)) {
    plain(match.index);
    nodes.push(toNode(match.groups ?? {}));
    from = match.index + match[0].length;
  }
  plain(source.length);
  return nodes;
}

function toNode(groups: Readonly<Record<string, string | undefined>>): Node {
  if (groups.code !== undefined) return { kind: "code", text: withoutEscapes(groups.code) };
  if (groups.angle !== undefined) return parseAngle(groups.angle);
  if (groups.bare !== undefined)
    return { kind: "link", url: withoutEscapes(groups.bare), label: withoutEscapes(groups.bare) };
  const mark = groups.mark === "*" || groups.mark === "_" ? groups.mark : "~";
  return { kind: styles[mark], children: parseInline(groups.styled ?? "") };
}

function parseAngle(inside: string): Node {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const said = bar < 0 ? undefined : withoutEscapes(inside.slice(bar + 1));
  const label = said === undefined ? {} : { label: said };
  if (/^@[UW]\w+$/.test(target)) return { kind: "user", id: target.slice(1), ...label };
  if (/^#C\w+$/.test(target)) return { kind: "channel", id: target.slice(1), ...label };
  if (target.startsWith("!subteam^")) return { kind: "group", id: target.slice(9), ...label };
  if (/^!(here|channel|everyone)$/.test(target)) return { kind: "everyone", id: target.slice(1) };
  const date = /^!date\^(\d+)\^([^^]+)/.exec(target);
  if (date) return { kind: "date", unix: Number(date[1]), format: date[2] ?? "", fallback: said ?? "" };
  // Only addresses that a browser may follow safely become links.
  if (/^(https?:\/\/|mailto:)/i.test(target))
    return { kind: "link", url: withoutEscapes(target), label: said ?? withoutEscapes(target) };
  return { kind: "text", text: withoutEscapes(`<${inside}>`) };
}
