import type { JSX, ReactNode } from "react";
import { BotAvatar } from "./avatar.tsx";
import type { Connection } from "./use-world.ts";

const saidOf = {
  connecting: "Connecting…",
  live: "Live",
  polling: "Reconnecting…",
} as const satisfies Record<Connection, string>;

type Props = {
  connection: Connection;
  registryOpen: boolean;
  toggleRegistry: () => void;
  tabs: ReactNode;
  children: ReactNode;
};

/** The product's name, whether the page is live, as whom you look, and the switch of the registry column. */
export function TopBar(props: Props): JSX.Element {
  const { connection, registryOpen, toggleRegistry, tabs, children } = props;
  return (
    <header className="top-bar">
      <div className="product">
        <BotAvatar size={26} />
        <b>acr-chatops demo</b>
        <span className="connection" data-connection={connection} role="status">
          {saidOf[connection]}
        </span>
      </div>
      {tabs}
      <div className="top-right">
        {children}
        <button
          type="button"
          className="panel-toggle"
          data-testid="toggle-registry"
          aria-controls="outside"
          aria-expanded={registryOpen}
          aria-label={registryOpen ? "Hide the registry" : "Show the registry"}
          onClick={toggleRegistry}
        >
          <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
            <rect
              x="1.5"
              y="2.5"
              width="15"
              height="13"
              rx="2.5"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.5"
            />
            <path d="M11.5 2.5v13" stroke="currentColor" strokeWidth="1.5" />
            {registryOpen && (
              <path d="M11.5 3h3a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-3z" fill="currentColor" />
            )}
          </svg>
        </button>
      </div>
    </header>
  );
}
