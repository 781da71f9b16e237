import type { JSX } from "react";
import { Avatar } from "../avatar.tsx";
import { useNames } from "../people.tsx";

type Props = {
  user: string | undefined;
  chosen: "teams" | "chat";
  /** Which of the two have anything to show, with their unread messages. */
  unread: { readonly teams?: number; readonly chat?: number };
  choose: (what: "teams" | "chat") => void;
};

const pictures = {
  teams:
    "M7.5 9.3a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM14 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM3 15.6c0-2.4 1.6-4 4.5-4s4.5 1.6 4.5 4M13.6 11.3c2.2 0 3.6 1.2 3.6 3.3",
  chat: "M10 3.2a6.8 6.8 0 1 1-3.3 12.7L3.2 17l1.1-3.4A6.8 6.8 0 0 1 10 3.2ZM7 8.6h6M7 11.4h4",
} as const;

const names = { teams: "Teams", chat: "Chat" } as const;

/** The narrow bar at the left: channels or chats, and who looks. */
export function Rail({ user, chosen, unread, choose }: Props): JSX.Element {
  const { userOf } = useNames();
  const item = (what: "teams" | "chat"): JSX.Element | undefined => {
    const count = unread[what];
    if (count === undefined) return undefined;
    return (
      <button
        key={what}
        type="button"
        aria-current={chosen === what ? "true" : undefined}
        onClick={() => choose(what)}
      >
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <path
            d={pictures[what]}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.3"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        {names[what]}
        {count > 0 && <span className="teams-badge">{count}</span>}
      </button>
    );
  };
  return (
    <div className="teams-rail">
      {item("chat")}
      {item("teams")}
      {user !== undefined && (
        <span className="teams-me">
          <Avatar id={user} name={userOf(user).name} size={28} round />
        </span>
      )}
    </div>
  );
}
