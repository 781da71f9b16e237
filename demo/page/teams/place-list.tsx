import type { JSX } from "react";
import { BotAvatar } from "../avatar.tsx";
import type { PlaceGroup } from "./places.ts";
import type { TeamsPlace } from "./teams-world.ts";

type Props = {
  groups: readonly PlaceGroup[];
  chosen: string;
  unread: (id: string) => number;
  choose: (id: string) => void;
};

/** Teams with their channels, and chats. */
export function PlaceList({ groups, chosen, unread, choose }: Props): JSX.Element {
  const row = (place: TeamsPlace): JSX.Element => (
    <li key={place.id}>
      <button
        type="button"
        className="teams-place"
        data-testid={`place-${place.id}`}
        data-kind={place.kind}
        data-unread={unread(place.id) > 0}
        aria-current={place.id === chosen ? "page" : undefined}
        onClick={() => choose(place.id)}
      >
        {place.kind === "personal" && <BotAvatar size={22} />}
        {place.kind === "group" && <GroupPicture />}
        <span className="teams-place-name">{nameOf(place)}</span>
        {unread(place.id) > 0 && (
          <span className="teams-badge">
            {unread(place.id)}
            <span className="unseen"> new</span>
          </span>
        )}
      </button>
    </li>
  );
  return (
    <nav className="teams-places" aria-label="Teams and chats">
      {groups.map(({ team, places }) => (
        <section key={team ?? ""}>
          <h2>
            {team !== undefined && (
              <span className="teams-team-mark" aria-hidden="true">
                {team.slice(0, 1).toUpperCase()}
              </span>
            )}
            <span>{team ?? "Chats"}</span>
          </h2>
          <ul>{places.map(row)}</ul>
        </section>
      ))}
    </nav>
  );
}

/** A personal chat is called like the bot that it is with. */
export function nameOf(place: TeamsPlace): string {
  return place.kind === "personal" ? "acr" : place.name;
}

function GroupPicture(): JSX.Element {
  return (
    <svg className="teams-group-mark" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <circle cx="11" cy="11" r="11" fill="currentColor" opacity=".18" />
      <path
        d="M8.8 10.6a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM14 10.4a1.6 1.6 0 1 0 0-3.2M5.2 15.4c0-1.9 1.3-3 3.6-3s3.6 1.1 3.6 3M14.2 12.4c1.7 0 2.7.9 2.7 2.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.2"
        strokeLinecap="round"
      />
    </svg>
  );
}
