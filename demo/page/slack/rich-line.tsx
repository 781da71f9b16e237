import type { JSX, ReactNode } from "react";
import type { Text } from "../block-kit.ts";
import { useNames, withoutHash } from "../people.tsx";
import { formatSlackDate } from "./dates.ts";
import { withEmoji } from "./emoji.ts";
import { inPlace } from "./in-place.ts";
import type { Node } from "./parse-mrkdwn.ts";
import { parseMrkdwn } from "./parse-mrkdwn.ts";

/** A Slack text object: mrkdwn drawn with its marks, plain text as it is. */
export function RichText({ text }: { text: Text }): JSX.Element {
  if (text.type === "plain_text") return <span className="lines">{withEmoji(text.text)}</span>;
  return <Mrkdwn source={text.text} />;
}

/** A text in Slack's mrkdwn. */
export function Mrkdwn({ source }: { source: string }): JSX.Element {
  return <span className="lines">{drawAll(parseMrkdwn(source))}</span>;
}

function drawAll(nodes: readonly Node[]): ReactNode {
  return inPlace(nodes).map(([place, node]) => <Drawn key={place} node={node} />);
}

function Drawn({ node }: { node: Node }): ReactNode {
  switch (node.kind) {
    case "text":
      return withEmoji(node.text);
    case "code":
      return <code className="inline-code">{node.text}</code>;
    case "block":
      return <pre className="code-block">{node.text}</pre>;
    case "bold":
      return <b>{drawAll(node.children)}</b>;
    case "italic":
      return <i>{drawAll(node.children)}</i>;
    case "strike":
      return <s>{drawAll(node.children)}</s>;
    case "quote":
      return <span className="quote">{drawAll(node.children)}</span>;
    case "link":
      return <OutsideLink url={node.url}>{withEmoji(node.label)}</OutsideLink>;
    case "date":
      return <SlackDate {...node} />;
    default:
      return <Mention node={node} />;
  }
}

/** A link that opens in a new tab and tells it nothing about this page. */
export function OutsideLink(props: { url: string; className?: string; children: ReactNode }): JSX.Element {
  return (
    <a href={props.url} target="_blank" rel="noopener noreferrer" className={props.className ?? "link"}>
      {props.children}
    </a>
  );
}

function SlackDate(props: { unix: number; format: string; fallback: string }): JSX.Element {
  const shown = formatSlackDate(props.unix, props.format, props.fallback);
  return <time title={formatSlackDate(props.unix, "{date_long} at {time_secs}", "")}>{shown}</time>;
}

type MentionNode = Extract<Node, { kind: "user" | "channel" | "group" | "everyone" }>;

function Mention({ node }: { node: MentionNode }): JSX.Element {
  const { userOf, channelNameOf } = useNames();
  if (node.kind === "everyone") return <span className="mention mention-all">@{node.id}</span>;
  if (node.kind === "channel") return <span className="mention">#{withoutHash(channelNameOf(node.id))}</span>;
  if (node.kind === "group")
    return <span className="mention">@{(node.label ?? node.id).replace(/^@/, "")}</span>;
  return <span className="mention">@{userOf(node.id).name}</span>;
}
