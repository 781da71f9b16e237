import type { JSX, ReactNode } from "react";
import { Avatar, BotAvatar } from "../avatar.tsx";
import type { Block } from "../block-kit.ts";
import { useNames } from "../people.tsx";
import { useGlow } from "../use-glow.ts";
import type { Message as MessageNoun } from "../world.ts";
import { Blocks } from "./blocks.tsx";
import { formatSlackDate, timeOf } from "./dates.ts";
import { Guarded } from "./guarded.tsx";
import { Mrkdwn } from "./rich-line.tsx";
import type { Surface } from "./surface.ts";

type Send = (ts: string) => Surface["click"];

/** The picture, name, APP badge and time of whoever wrote, and beside them what they wrote. */
export function Authored(props: {
  user: string;
  ts: string;
  small?: boolean;
  note?: string;
  children: ReactNode;
}) {
  const { userOf, isBot } = useNames();
  const { user, ts, small } = props;
  const size = small ? 24 : 36;
  const { name } = userOf(user);
  return (
    <div className="authored">
      {isBot(user) ? <BotAvatar size={size} /> : <Avatar id={user} name={name} size={size} />}
      <div className="authored-body">
        <div className="byline">
          <b className="byline-name">{name}</b>
          {isBot(user) && <span className="app-badge">APP</span>}
          <time className="byline-time" title={formatSlackDate(Number(ts), "{date_long} at {time_secs}", "")}>
            {timeOf(ts)}
          </time>
          {props.note && <span className="byline-note">{props.note}</span>}
        </div>
        {props.children}
      </div>
    </div>
  );
}

/** The blocks of a message, or its text when it has none, as Slack does. */
export function Content(props: {
  text: string;
  blocks: readonly Block[] | undefined;
  click: Surface["click"];
}) {
  const { text, blocks, click } = props;
  return (
    <Guarded text={text}>
      {blocks && blocks.length > 0 ? (
        <Blocks blocks={blocks} surface={{ click }} />
      ) : (
        <Mrkdwn source={text} />
      )}
    </Guarded>
  );
}

/** One message of a channel or thread. */
export function Message(props: {
  message: MessageNoun;
  send: Send;
  small?: boolean;
  children?: ReactNode;
}): JSX.Element {
  const { message, send, small } = props;
  const edits = message.edits ?? 0;
  const glows = useGlow(edits);
  const note = edits === 0 ? {} : { note: `updated ${edits === 1 ? "once" : `${edits} times`}` };
  return (
    <article className={`message ${glows ? "message-glow" : ""}`} data-testid="message" data-ts={message.ts}>
      <Authored user={message.user} ts={message.ts} {...(small ? { small } : {})} {...note}>
        <Content text={message.text} blocks={message.blocks} click={send(message.ts)} />
        {props.children}
      </Authored>
    </article>
  );
}
