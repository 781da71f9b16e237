import type { JSX, KeyboardEvent } from "react";
import { useRef, useState } from "react";

type Props = { channelName: string; send: (text: string) => Promise<void> };

/** The box at the bottom: a command is sent by Enter, and earlier ones come back with the arrow keys. */
export function Composer({ channelName, send }: Props): JSX.Element {
  const [text, setText] = useState("");
  const [pending, setPending] = useState(false);
  const history = useRef<string[]>([]);
  // How far back the arrow keys have gone: 0 is what is being typed.
  const back = useRef(0);

  const submit = async (): Promise<void> => {
    const typed = text.trim();
    if (typed === "" || pending) return;
    history.current.push(typed);
    back.current = 0;
    setText("");
    setPending(true);
    await send(typed);
    setPending(false);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    back.current = Math.min(Math.max(0, back.current + step), history.current.length);
    setText(back.current === 0 ? "" : (history.current.at(-back.current) ?? ""));
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="composer-box">
        <input
          data-testid="composer"
          aria-label={`Message ${channelName}`}
          placeholder={`Message ${channelName}: try /acr help`}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
        />
        <button
          type="submit"
          className="send"
          aria-label="Send"
          aria-busy={pending}
          disabled={text.trim() === ""}
        >
          {pending ? (
            <span className="spinner" aria-hidden="true" />
          ) : (
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
              <path d="M2 2.2 14.4 8 2 13.8l1-4.7L9 8 3 6.9z" fill="currentColor" />
            </svg>
          )}
        </button>
      </div>
      <p className="composer-hint">
        <kbd>/acr help</kbd> or <kbd>@acr help</kbd>, Enter to send, <kbd>↑</kbd> for earlier ones
      </p>
    </form>
  );
}
