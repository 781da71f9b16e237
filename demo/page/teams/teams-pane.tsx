import type { JSX } from "react";
import { useState } from "react";
import { BotAvatar } from "../avatar.tsx";
import { useNames } from "../people.tsx";
import { Guarded } from "../slack/guarded.tsx";
import { useNewestInView } from "../slack/use-newest-in-view.ts";
import { useUnread } from "../slack/use-unread.ts";
import { Watching } from "../watching.tsx";
import { ChannelView } from "./channel-view.tsx";
import { ChatView } from "./chat-view.tsx";
import { Composer } from "./composer.tsx";
import { Dialog } from "./dialog.tsx";
import { Note } from "./note.tsx";
import { nameOf, PlaceList } from "./place-list.tsx";
import { groupsOf, placesFor } from "./places.ts";
import { Rail } from "./rail.tsx";
import type { TeamsPlace, TeamsWorld } from "./teams-world.ts";
import { threadsIn } from "./threads.ts";
import type { Talk } from "./use-talk.ts";
import { useTalk } from "./use-talk.ts";

const firstPlace = "19:releases@thread.tacv2";

type Props = {
  teams: TeamsWorld;
  /** The Teams id of the person who looks; undefined for one who has no account here and only watches. */
  user: string | undefined;
  watcher: string;
  refresh: () => Promise<void>;
};

/** Teams as one person sees it: channels, chats, the open conversation, and their open dialog. */
export function TeamsPane({ teams, user, watcher, refresh }: Props): JSX.Element {
  const [wanted, setWanted] = useState(firstPlace);
  const places = placesFor(teams, user);
  const place: TeamsPlace = places.find(({ id }) => id === wanted) ??
    places[0] ?? { id: wanted, name: "Nothing here", kind: "channel" };
  const unread = useUnread(teams.conversations, place.id);
  const talk = useTalk({ teams, place, user, refresh });
  const dialog = user === undefined ? undefined : teams.dialogs?.findLast((open) => open.user === user);

  const isChat = ({ kind }: TeamsPlace): boolean => kind !== "channel";
  const [chats, channels] = [places.filter(isChat), places.filter((one) => !isChat(one))];
  const unreadIn = (some: readonly TeamsPlace[]): number => some.reduce((sum, { id }) => sum + unread(id), 0);
  return (
    <main className="pane pane-teams" data-testid="pane-teams" aria-label="Teams">
      <Rail
        user={user}
        chosen={isChat(place) ? "chat" : "teams"}
        unread={{
          ...(chats.length > 0 ? { chat: unreadIn(chats) } : {}),
          ...(channels.length > 0 ? { teams: unreadIn(channels) } : {}),
        }}
        choose={(what) => setWanted(((what === "chat" ? chats : channels)[0] ?? place).id)}
      />
      <PlaceList groups={groupsOf(places)} chosen={place.id} unread={unread} choose={setWanted} />
      <Conversation key={place.id} teams={teams} place={place} talk={talk} watcher={watcher} />
      {dialog && (
        <Guarded key={dialog.id} text={dialog.title}>
          <Dialog dialog={dialog} refresh={refresh} />
        </Guarded>
      )}
    </main>
  );
}

type ConversationProps = { teams: TeamsWorld; place: TeamsPlace; talk: Talk; watcher: string };

function Conversation({ teams, place, talk, watcher }: ConversationProps): JSX.Element {
  const { userOf } = useNames();
  const messages = teams.conversations[place.id] ?? [];
  const box = useNewestInView(place.id, `${messages.length} ${messages.at(-1)?.id ?? ""}`);
  const isChannel = place.kind === "channel";
  const loose = talk.notes.filter(({ messageId }) => messageId === undefined);
  const watches = talk.user === undefined;
  return (
    <div className="teams-conversation" data-kind={place.kind}>
      <header className="teams-head">
        {isChannel ? (
          <span className="teams-team-mark" aria-hidden="true">
            {(place.team ?? place.name).slice(0, 1).toUpperCase()}
          </span>
        ) : (
          <BotAvatar size={24} />
        )}
        <h1>{nameOf(place)}</h1>
        <span className="teams-tab">{isChannel ? "Posts" : "Chat"}</span>
      </header>
      <section ref={box} className="teams-messages" aria-label="Messages">
        <div className="teams-messages-inner" role="log" {...(watches ? { inert: "" } : {})}>
          {messages.length === 0 && <Empty place={place} />}
          {isChannel ? (
            <ChannelView threads={threadsIn(messages)} talk={talk} />
          ) : (
            <ChatView messages={messages} talk={talk} />
          )}
          {loose.map((note) => (
            <Note key={note.key} note={note} dismiss={talk.dismiss} />
          ))}
        </div>
      </section>
      {watches ? (
        <Watching name={watcher} where="Teams" />
      ) : (
        <div className="teams-foot">
          <Composer
            mention={place.kind === "personal" ? undefined : userOf(talk.bot).name}
            label={`Message ${nameOf(place)}`}
            hint={place.kind === "personal" ? "Type a message: try help" : "try help"}
            testId="teams-composer"
            send={talk.say}
          />
        </div>
      )}
    </div>
  );
}

function Empty({ place }: { place: TeamsPlace }): JSX.Element {
  const isFirst = place.id === firstPlace;
  return (
    <div className="empty">
      <p className="empty-title">
        {isFirst ? "Nothing pushed yet: press Push image" : `This is ${nameOf(place)}`}
      </p>
      <p>{isFirst ? "The same card appears here and in Slack." : "Nothing has been said here so far."}</p>
    </div>
  );
}
