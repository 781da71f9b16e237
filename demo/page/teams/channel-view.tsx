import type { JSX } from "react";
import { Fragment, useState } from "react";
import { useNames } from "../people.tsx";
import { dayOf } from "../slack/dates.ts";
import { Composer } from "./composer.tsx";
import { Post } from "./post.tsx";
import { momentOf } from "./teams-world.ts";
import type { Thread } from "./threads.ts";
import type { Talk } from "./use-talk.ts";

// Teams shows the newest replies of a thread and folds those before.
const openReplies = 2;

/** A channel's threads, oldest first: each root post in a box with its replies. */
export function ChannelView({ threads, talk }: { threads: readonly Thread[]; talk: Talk }): JSX.Element {
  const day = (thread: Thread | undefined): string =>
    thread ? dayOf(String(momentOf(thread.root.at) / 1000)) : "";
  return (
    <>
      {threads.map((thread, index) => (
        <Fragment key={thread.root.id}>
          {day(thread) !== day(threads[index - 1]) && <p className="teams-day">{day(thread)}</p>}
          <div className="teams-thread">
            <Post message={thread.root} talk={talk} size={32}>
              <Replies thread={thread} talk={talk} />
            </Post>
          </div>
        </Fragment>
      ))}
    </>
  );
}

function Replies({ thread, talk }: { thread: Thread; talk: Talk }): JSX.Element {
  const [all, setAll] = useState(false);
  const { replies } = thread;
  const hidden = replies.length - openReplies;
  const shown = all ? replies : replies.slice(-openReplies);
  return (
    <div className="teams-replies">
      {hidden > 0 && (
        <button type="button" className="teams-more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Collapse replies" : hidden === 1 ? "1 earlier reply" : `${hidden} earlier replies`}
        </button>
      )}
      {shown.map((reply) => (
        <Post key={reply.id} message={reply} talk={talk} size={24} />
      ))}
      {talk.user !== undefined && <Reply threadId={thread.root.id} talk={talk} />}
    </div>
  );
}

function Reply({ threadId, talk }: { threadId: string; talk: Talk }): JSX.Element {
  const [open, setOpen] = useState(false);
  const { userOf } = useNames();
  if (!open) {
    return (
      <button type="button" className="teams-reply" onClick={() => setOpen(true)}>
        <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
          <path
            d="M6.5 3 2.5 7l4 4M3 7h6.2c2.6 0 4.3 1.8 4.3 4.4V13"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.3"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        Reply
      </button>
    );
  }
  return (
    <Composer
      mention={userOf(talk.bot).name}
      label="Reply"
      hint="Reply in this thread"
      testId="teams-reply-composer"
      focused
      send={async (text) => {
        await talk.say(text, threadId);
        setOpen(false);
      }}
    />
  );
}
