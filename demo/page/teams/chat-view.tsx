import type { JSX } from "react";
import { Content, Post } from "./post.tsx";
import type { TeamsMessage } from "./teams-world.ts";
import { timeOfPost } from "./times.ts";
import type { Talk } from "./use-talk.ts";

/** A group or personal chat: what the person who looks wrote stands on the right. */
export function ChatView({ messages, talk }: { messages: readonly TeamsMessage[]; talk: Talk }): JSX.Element {
  return (
    <div className="teams-chat">
      {messages.map((message) =>
        message.from === talk.user ? (
          <Own key={message.id} message={message} talk={talk} />
        ) : (
          <Post key={message.id} message={message} talk={talk} size={28} />
        ),
      )}
    </div>
  );
}

function Own({ message, talk }: { message: TeamsMessage; talk: Talk }): JSX.Element {
  return (
    <article className="teams-own" data-testid="teams-message" data-id={message.id}>
      <header className="teams-byline">
        <time>{timeOfPost(message.at)}</time>
      </header>
      <div className="teams-bubble">
        <Content message={message} talk={talk} />
      </div>
    </article>
  );
}
