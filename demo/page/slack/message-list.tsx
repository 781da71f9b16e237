import type { JSX, ReactNode } from "react";
import { Fragment } from "react";
import { dayOf } from "./dates.ts";
import { EphemeralMessage } from "./ephemeral.tsx";
import { Message } from "./message.tsx";
import type { Surface } from "./surface.ts";
import { Thread } from "./thread.tsx";
import type { Entry, Reply, TimedEphemeral } from "./timeline.ts";
import { useNewestInView } from "./use-newest-in-view.ts";

type Props = {
  channel: string;
  entries: readonly Entry[];
  /** Whether the person who looks can do nothing here. */
  watched: boolean;
  send: (ts: string) => Surface["click"];
  dismiss: (key: string) => void;
  empty: ReactNode;
};

const newestOf = (entries: readonly Entry[]): string => {
  const last = entries.at(-1);
  const reply = last?.kind === "message" ? last.replies.at(-1) : undefined;
  return `${entries.length} ${last?.ts ?? ""} ${reply?.ts ?? ""}`;
};

/** The messages of a channel, oldest first, with a line where a day begins. */
export function MessageList(props: Props): JSX.Element {
  const { entries } = props;
  const box = useNewestInView(props.channel, newestOf(entries));
  const ephemeral = (only: TimedEphemeral, small: boolean): JSX.Element => (
    <EphemeralMessage ephemeral={only} small={small} click={props.send(only.ts)} dismiss={props.dismiss} />
  );
  return (
    <section ref={box} className="messages" aria-label="Messages">
      <div className="messages-inner" role="log" {...(props.watched ? { inert: "" } : {})}>
        {entries.length === 0 && props.empty}
        {entries.map((entry, index) => (
          <Fragment key={entry.kind === "message" ? entry.ts : entry.ephemeral.key}>
            <DayLine ts={entry.ts} before={entries[index - 1]?.ts} />
            {entry.kind === "ephemeral" ? (
              ephemeral(entry.ephemeral, false)
            ) : (
              <Message message={entry.message} send={props.send}>
                <Replies replies={entry.replies} send={props.send} ephemeral={ephemeral} />
              </Message>
            )}
          </Fragment>
        ))}
      </div>
    </section>
  );
}

function DayLine({ ts, before }: { ts: string; before: string | undefined }): JSX.Element | null {
  const day = dayOf(ts);
  if (before !== undefined && dayOf(before) === day) return null;
  return (
    <div className="day-line">
      <span>{day}</span>
    </div>
  );
}

function Replies(props: {
  replies: readonly Reply[];
  send: Props["send"];
  ephemeral: (only: TimedEphemeral, small: boolean) => JSX.Element;
}): JSX.Element | null {
  if (props.replies.length === 0) return null;
  return (
    <Thread count={props.replies.length}>
      {props.replies.map((reply) =>
        reply.kind === "reply" ? (
          <Message key={reply.ts} message={reply.message} send={props.send} small />
        ) : (
          <Fragment key={reply.ephemeral.key}>{props.ephemeral(reply.ephemeral, true)}</Fragment>
        ),
      )}
    </Thread>
  );
}
