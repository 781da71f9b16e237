import type { JSX } from "react";
import { useState } from "react";
import type { Button, Choice, Element, Option } from "../block-kit.ts";
import { optionsOf } from "../block-kit.ts";
import { ConfirmDialog } from "../modal/confirm-dialog.tsx";
import { withEmoji } from "./emoji.ts";
import { OutsideLink } from "./rich-line.tsx";
import type { Surface } from "./surface.ts";

type Click = Surface["click"];

/** An element that acts at once: a button, a link button, or a choice whose options are sent when chosen. */
export function ActionElement({ element, click }: { element: Element; click: Click }): JSX.Element {
  if (element.type === "button") {
    return element.url ? (
      <LinkButton button={element} url={element.url} />
    ) : (
      <ClickButton button={element} click={click} />
    );
  }
  if (element.type === "static_select" || element.type === "overflow" || element.type === "radio_buttons") {
    return <ChoiceMenu choice={element} click={click} />;
  }
  return <span className="unknown-element">The demo cannot show “{element.type}” here.</span>;
}

const buttonClass = (button: Button): string => `button ${button.style ? `button-${button.style}` : ""}`;

function LinkButton({ button, url }: { button: Button; url: string }): JSX.Element {
  const label = <span className="button-label">{withEmoji(button.text.text)}</span>;
  if (!/^https?:\/\//i.test(url)) return <span className="unknown-element">{label}</span>;
  return (
    <span data-testid={`action-${button.action_id}`} className="button-place">
      <OutsideLink url={url} className={buttonClass(button)}>
        {label}
        <svg width="11" height="11" viewBox="0 0 12 12" aria-hidden="true">
          <path
            d="M4.5 2H2v8h8V7.5M7 1.5h3.5V5M10.2 1.8 5.5 6.5"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.3"
          />
        </svg>
      </OutsideLink>
    </span>
  );
}

function ClickButton({ button, click }: { button: Button; click: Click }): JSX.Element {
  const [pending, setPending] = useState(false);
  const [asking, setAsking] = useState(false);
  const send = async (): Promise<void> => {
    setAsking(false);
    setPending(true);
    await click({
      actionId: button.action_id,
      ...(button.value === undefined ? {} : { value: button.value }),
    });
    setPending(false);
  };
  const pressed = (): void => {
    if (pending) return;
    if (button.confirm) setAsking(true);
    else void send();
  };
  return (
    <>
      <button
        type="button"
        className={buttonClass(button)}
        data-testid={`action-${button.action_id}`}
        aria-label={button.accessibility_label}
        aria-busy={pending}
        aria-disabled={pending}
        onClick={pressed}
      >
        <span className="button-label">{withEmoji(button.text.text)}</span>
        {pending && <span className="spinner" aria-hidden="true" />}
      </button>
      {asking && button.confirm && (
        <ConfirmDialog
          confirm={button.confirm}
          onConfirm={() => void send()}
          onDeny={() => setAsking(false)}
        />
      )}
    </>
  );
}

function ChoiceMenu({ choice, click }: { choice: Choice; click: Click }): JSX.Element {
  const [pending, setPending] = useState(false);
  const options: readonly Option[] = optionsOf(choice);
  const prompt = choice.placeholder?.text ?? (choice.type === "overflow" ? "More…" : "Choose…");
  const choose = async (value: string): Promise<void> => {
    setPending(true);
    await click({ actionId: choice.action_id, value });
    setPending(false);
  };
  return (
    <select
      className="select select-inline"
      data-testid={`action-${choice.action_id}`}
      aria-label={prompt}
      aria-busy={pending}
      disabled={pending}
      value={choice.initial_option?.value ?? ""}
      onChange={(event) => void choose(event.target.value)}
    >
      <option value="" disabled>
        {prompt}
      </option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text.text}
        </option>
      ))}
    </select>
  );
}
