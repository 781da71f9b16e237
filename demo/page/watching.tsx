import type { JSX } from "react";

/** Stands in the place of the message box for somebody who has no account on that platform. */
export function Watching({ name, where }: { name: string; where: "Slack" | "Teams" }): JSX.Element {
  return (
    <p className="watching" role="note">
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <path
          d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.3"
        />
        <circle cx="8" cy="8" r="2" fill="currentColor" />
      </svg>
      <span>
        <b>{name}</b> is not in {where}: you only watch here.
      </span>
    </p>
  );
}
