import type { Action } from "adaptivecards";
import type { JSX, KeyboardEvent } from "react";
import { useEffect, useRef } from "react";
import { testIdOf } from "./draw-card.ts";

type Props = {
  actions: readonly Action[];
  opener: HTMLElement;
  choose: (action: Action) => void;
  close: () => void;
};

/** The menu behind "…", with the buttons of a card that do not stand in its row. */
export function ActionMenu({ actions, opener, choose, close }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    opener.setAttribute("aria-expanded", "true");
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) latest.current();
    };
    document.addEventListener("pointerdown", outside);
    return () => {
      opener.setAttribute("aria-expanded", "false");
      document.removeEventListener("pointerdown", outside);
    };
  }, [opener]);

  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape") {
      close();
      opener.focus();
    }
    if (step === 0) return;
    event.preventDefault();
    const items = [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    items.at((items.findIndex((item) => item.matches(":focus")) + step) % items.length)?.focus();
  };
  return (
    <div
      ref={box}
      className="teams-menu"
      role="menu"
      tabIndex={-1}
      aria-label="More actions"
      onKeyDown={onKey}
    >
      {actions.map((action) => (
        <button
          key={testIdOf(action)}
          type="button"
          role="menuitem"
          data-testid={testIdOf(action)}
          onClick={() => {
            close();
            choose(action);
          }}
        >
          {action.title}
        </button>
      ))}
    </div>
  );
}
