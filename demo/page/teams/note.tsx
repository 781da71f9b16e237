import type { JSX } from "react";
import { RichText } from "./rich-text.tsx";
import type { KeyedNote } from "./use-notes.ts";

const nobody: ReadonlySet<string> = new Set();

/** The bot's answer that only the person who clicked sees. */
export function Note({ note, dismiss }: { note: KeyedNote; dismiss: (key: string) => void }): JSX.Element {
  return (
    <div className="teams-note" data-testid="teams-note" role="status">
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.4" fill="none" stroke="currentColor" strokeWidth="1.2" />
        <path d="M8 7.2v4" stroke="currentColor" strokeWidth="1.3" strokeLinecap="round" />
        <circle cx="8" cy="5" r=".9" fill="currentColor" />
      </svg>
      <div className="teams-note-text">
        <RichText text={note.text} mentions={nobody} />
        <p className="teams-note-only">Only you can see this</p>
      </div>
      <button type="button" aria-label="Dismiss" onClick={() => dismiss(note.key)}>
        <span aria-hidden="true">✕</span>
      </button>
    </div>
  );
}
