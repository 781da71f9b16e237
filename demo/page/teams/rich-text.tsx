import type { JSX } from "react";
import { Fragment } from "react";
import { inPlace } from "../slack/in-place.ts";
import { OutsideLink } from "../slack/rich-line.tsx";
import type { Block, Inline } from "./parse-markdown.ts";
import { parseMarkdown } from "./parse-markdown.ts";

/** A message's Markdown as Teams shows it. */
export function RichText({ text, mentions }: { text: string; mentions: ReadonlySet<string> }): JSX.Element {
  const blocks = parseMarkdown(text, mentions);
  return (
    <div className="teams-text">
      {inPlace(blocks).map(([place, block]) => (
        <OneBlock key={place} block={block} />
      ))}
    </div>
  );
}

function OneBlock({ block }: { block: Block }): JSX.Element {
  if (block.kind === "paragraph") return <p>{drawAll(block.children)}</p>;
  const items = inPlace(block.items).map(([place, item]) => <li key={place}>{drawAll(item)}</li>);
  return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function drawAll(nodes: readonly Inline[]): readonly JSX.Element[] {
  return inPlace(nodes).map(([place, node]) => <Fragment key={place}>{draw(node)}</Fragment>);
}

function draw(node: Inline): string | JSX.Element {
  switch (node.kind) {
    case "text":
      return node.text;
    case "mention":
      return <span className="teams-mention">{node.name}</span>;
    case "bold":
      return <b>{drawAll(node.children)}</b>;
    case "italic":
      return <i>{drawAll(node.children)}</i>;
    case "link":
      return (
        <OutsideLink url={node.url} className="teams-link">
          {drawAll(node.children)}
        </OutsideLink>
      );
    default:
      return node satisfies never;
  }
}
