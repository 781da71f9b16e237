import type { JSX } from "react";
import { useState } from "react";
import { ViewModal } from "../modal/view-modal.tsx";
import { post } from "../requests.ts";
import { Watching } from "../watching.tsx";
import type { World } from "../world.ts";
import { placesFor } from "./channels.ts";
import { Composer } from "./composer.tsx";
import { MessageList } from "./message-list.tsx";
import { Sidebar } from "./sidebar.tsx";
import { timeline } from "./timeline.ts";
import { useEphemerals } from "./use-ephemerals.ts";
import { useUnread } from "./use-unread.ts";

const firstChannel = "C0RELEASES";
// Slash commands and mentions; in a direct message everything is for the bot.
const startsForBot = /^(\/|@acr\b|<@)/i;

type Props = {
  world: World;
  /** The Slack user who looks; undefined for somebody who has no account here and only watches. */
  user: string | undefined;
  watcher: string;
  refresh: () => Promise<void>;
};

/** Slack as one person sees it: channels, messages, the command box, and their open dialog. */
export function SlackPane({ world, user, watcher, refresh }: Props): JSX.Element {
  const [wanted, setWanted] = useState(firstChannel);
  const places = placesFor(world, user);
  // A direct message belongs to one person: after a switch of users another channel is shown.
  const place = places.find(({ id }) => id === wanted) ??
    places[0] ?? { id: wanted, name: wanted, direct: false };
  const channel = place.id;
  const unread = useUnread(world.slack.channels, channel);
  const { seenBy, say: sayTo, dismiss } = useEphemerals(world.slack);
  const view = world.slack.views.findLast((open) => open.user === user);
  const say = (text: string): void => {
    if (user !== undefined) sayTo({ channel, user, text });
  };

  const send = (ts: string) => async (action: { readonly actionId: string; readonly value?: string }) => {
    const answer = await post("/slack/click", { channel, ts, user, ...action });
    if (!answer.ok) say(answer.problem);
    await refresh();
  };
  const command = async (text: string): Promise<void> => {
    if (!place.direct && !startsForBot.test(text)) {
      say("In this demo only the bot listens: begin with `/acr` or `@acr`.");
      return;
    }
    const answer = await post("/slack/command", { channel, user, text });
    // What the bot answers comes with the world, as an ephemeral or as a message.
    if (!answer.ok) say(answer.problem);
    await refresh();
  };
  const name = place.direct ? place.name : `#${place.name}`;
  return (
    <main className="pane pane-slack" data-testid="pane-slack" aria-label="Slack">
      <Sidebar places={places} chosen={channel} unread={unread} choose={setWanted} />
      <div className="channel-view">
        <header className="channel-head">
          <h1>
            {place.direct ? (
              place.name
            ) : (
              <>
                <span className="hash">#</span> {place.name}
              </>
            )}
          </h1>
        </header>
        <MessageList
          channel={channel}
          entries={timeline(world.slack.channels[channel] ?? [], user ? seenBy(user, channel) : [])}
          watched={user === undefined}
          send={send}
          dismiss={dismiss}
          empty={<Empty name={name} first={channel === firstChannel} />}
        />
        {user === undefined ? (
          <Watching name={watcher} where="Slack" />
        ) : (
          <Composer key={channel} channelName={name} send={command} />
        )}
      </div>
      {view && <ViewModal key={view.id} view={view} refresh={refresh} />}
    </main>
  );
}

function Empty({ name, first }: { name: string; first: boolean }): JSX.Element {
  return (
    <div className="empty">
      <p className="empty-title">{first ? "Nothing pushed yet: press Push image" : `This is ${name}`}</p>
      <p>
        {first
          ? "The card of each image appears here, and lives on as the image is released, deployed and replaced."
          : "Nothing has been said here so far."}
      </p>
    </div>
  );
}
