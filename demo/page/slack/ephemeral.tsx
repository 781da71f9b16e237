import type { JSX } from "react";
import { Authored, Content } from "./message.tsx";
import type { Surface } from "./surface.ts";
import type { TimedEphemeral } from "./timeline.ts";

type Props = {
  ephemeral: TimedEphemeral;
  small?: boolean;
  click: Surface["click"];
  dismiss: (key: string) => void;
};

/** A message that only one person sees. */
export function EphemeralMessage({ ephemeral, small, click, dismiss }: Props): JSX.Element {
  return (
    <article className="message message-ephemeral" data-testid="ephemeral">
      <p className="only-you">
        <svg width="13" height="13" viewBox="0 0 16 16" aria-hidden="true">
          <path
            d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
          />
          <circle cx="8" cy="8" r="2" fill="currentColor" />
        </svg>
        Only visible to you
        <button type="button" className="text-button" onClick={() => dismiss(ephemeral.key)}>
          Dismiss
        </button>
      </p>
      <Authored user={ephemeral.author} ts={ephemeral.ts} {...(small ? { small } : {})}>
        <Content text={ephemeral.text} blocks={ephemeral.blocks} click={click} />
      </Authored>
    </article>
  );
}
