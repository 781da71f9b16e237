import type { JSX, ReactNode } from "react";
import { Avatar, BotAvatar } from "../avatar.tsx";
import { useNames } from "../people.tsx";
import { Guarded } from "../slack/guarded.tsx";
import { useGlow } from "../use-glow.ts";
import { Card } from "./card.tsx";
import { Note } from "./note.tsx";
import { RichText } from "./rich-text.tsx";
import { SeeMore } from "./see-more.tsx";
import type { TeamsMessage } from "./teams-world.ts";
import { notesUnder } from "./threads.ts";
import { timeOfPost } from "./times.ts";
import type { Talk } from "./use-talk.ts";
import { withMention } from "./use-talk.ts";

type Props = { message: TeamsMessage; talk: Talk; size: number; children?: ReactNode };

/** One message: who, when, what, its card, and the bot's private answers to the person who looks. */
export function Post({ message, talk, size, children }: Props): JSX.Element {
  const { userOf, isBot } = useNames();
  const from = message.from ?? talk.bot;
  const { name } = userOf(from);
  const edits = message.edits ?? 0;
  const glows = useGlow(edits);
  return (
    <article className="teams-post" data-testid="teams-message" data-id={message.id} data-glows={glows}>
      <span className="teams-face">
        {isBot(from) ? <BotAvatar size={size} /> : <Avatar id={from} name={name} size={size} round />}
      </span>
      <div className="teams-post-body">
        <header className="teams-byline">
          <b>{name}</b>
          {isBot(from) && <span className="teams-app">App</span>}
          <time>{timeOfPost(message.at)}</time>
          {edits > 0 && <span title={edits === 1 ? "Edited once" : `Edited ${edits} times`}>Edited</span>}
        </header>
        <Content message={message} talk={talk} />
        {children}
      </div>
    </article>
  );
}

/** What a message says, and what was answered to a click on it. */
export function Content({ message, talk }: { message: TeamsMessage; talk: Talk }): JSX.Element {
  const { userOf, isBot } = useNames();
  const said = message.text ?? "";
  const text = isBot(message.from ?? talk.bot) ? said : withMention(said, userOf(talk.bot).name);
  const card = talk.cardOf(message);
  return (
    <>
      <SeeMore>
        {/* Beside a card the text is what a client without cards would show. */}
        {text !== "" && !card && <RichText text={text} mentions={talk.mentions} />}
        {card && (
          <Guarded text={message.summary ?? text}>
            <Card card={card} press={(pressed) => talk.press(message.id, pressed)} />
          </Guarded>
        )}
      </SeeMore>
      {notesUnder(talk.notes, message.id).map((note) => (
        <Note key={note.key} note={note} dismiss={talk.dismiss} />
      ))}
    </>
  );
}
