import type { JSX } from "react";

type Platform = "slack" | "teams";
type Props = { front: Platform; choose: (platform: Platform) => void };

const names = { slack: "Slack", teams: "Teams" } as const satisfies Record<Platform, string>;

/** Which pane is in front in a narrow window; the style sheet hides it where both fit. */
export function PlatformTabs({ front, choose }: Props): JSX.Element {
  return (
    <nav className="platform-tabs" aria-label="Panes">
      {(["slack", "teams"] as const).map((platform) => (
        <button
          key={platform}
          type="button"
          data-testid={`tab-${platform}`}
          aria-pressed={front === platform}
          onClick={() => choose(platform)}
        >
          {names[platform]}
        </button>
      ))}
    </nav>
  );
}
