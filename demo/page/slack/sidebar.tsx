import type { JSX } from "react";
import { BotAvatar } from "../avatar.tsx";
import type { Place } from "./channels.ts";

type Props = {
  places: readonly Place[];
  chosen: string;
  unread: (id: string) => number;
  choose: (id: string) => void;
};

/** The workspace's name, its channels, and the person's direct messages. */
export function Sidebar({ places, chosen, unread, choose }: Props): JSX.Element {
  const direct = places.filter((place) => place.direct);
  const row = (place: Place): JSX.Element => (
    <li key={place.id}>
      <button
        type="button"
        className="channel"
        data-testid={`channel-${place.id}`}
        aria-current={place.id === chosen ? "page" : undefined}
        data-unread={unread(place.id) > 0}
        onClick={() => choose(place.id)}
      >
        {place.direct ? <BotAvatar size={18} /> : <span className="channel-mark">#</span>}
        <span className="channel-name">{place.name}</span>
        {unread(place.id) > 0 && (
          <span className="channel-count">
            {unread(place.id)}
            <span className="unseen"> new</span>
          </span>
        )}
      </button>
    </li>
  );
  return (
    <nav className="sidebar" aria-label="Channels">
      <div className="workspace">
        <span className="workspace-mark" aria-hidden="true">
          C
        </span>
        <span className="workspace-name">Contoso</span>
      </div>
      <h2 className="sidebar-title">Channels</h2>
      <ul>{places.filter((place) => !place.direct).map(row)}</ul>
      <h2 className="sidebar-title">Direct messages</h2>
      {direct.length > 0 ? <ul>{direct.map(row)}</ul> : <p className="sidebar-none">None yet</p>}
    </nav>
  );
}
