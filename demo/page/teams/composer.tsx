import type { JSX } from "react";
import { useEffect, useRef, useState } from "react";

type Props = {
  /** The bot's name where it must be mentioned to hear. */
  mention: string | undefined;
  label: string;
  hint: string;
  testId?: string;
  focused?: boolean;
  send: (text: string) => Promise<void>;
};

/** The box for a new message; in channels and groups it begins with the bot's mention, as only then the bot hears. */
export function Composer({ mention, label, hint, testId, focused, send }: Props): JSX.Element {
  const [text, setText] = useState("");
  // How many messages are under way: nobody has to wait for an answer to write the next.
  const [sending, setSending] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, [focused]);

  const submit = async (): Promise<void> => {
    const typed = text.trim();
    if (typed === "") return;
    setText("");
    setSending((count) => count + 1);
    await send(typed);
    setSending((count) => count - 1);
  };
  return (
    <form
      className="teams-composer"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {mention && (
        <span className="teams-mention" title="The bot hears what mentions it">
          {mention}
        </span>
      )}
      <input
        ref={input}
        data-testid={testId}
        aria-label={label}
        placeholder={hint}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" aria-label="Send" aria-busy={sending > 0} disabled={text.trim() === ""}>
        {sending > 0 && text.trim() === "" ? (
          <span className="spinner" aria-hidden="true" />
        ) : (
          <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">
            <path
              d="m3 3.2 14.2 6.8L3 16.8l2-6.8zM5 10h6.5"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.3"
              strokeLinejoin="round"
              strokeLinecap="round"
            />
          </svg>
        )}
      </button>
    </form>
  );
}
